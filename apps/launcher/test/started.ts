import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { processMark } from "@roster/store/server/process-mark.ts";

export const repository = join(import.meta.dirname, "../../..");

/** A program that a test started. */
export interface Started {
  pid: number;
  /** Everything that it wrote, both outputs in one. */
  output(): string;
  /** Waits until it has written something that matches. */
  says(pattern: RegExp): Promise<string>;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Sends it a signal; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** The pids of everything that it started, and that they started. */
  family(): number[];
}

/** Starts a program in the repository; nothing of the test's own npm or settings reaches it. */
export function startProgram(command: string, args: string[], env: Record<string, string>): Started {
  const clean = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|INIT_CWD|VITEST|NODE_ENV|PORT|HOST|DATABASE_URL|LOG_LEVEL|TRUST_PROXY|ROSTER_)/.test(name),
  );
  const child = spawn(command, args, {
    cwd: repository,
    env: { ...Object.fromEntries(clean), HOST: "127.0.0.1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  let over = false;
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => {
      over = true;
      resolve(code ?? signal ?? "");
    });
  });
  return {
    pid: child.pid!,
    output: () => output,
    ended,
    async says(pattern) {
      for (;;) {
        const found = pattern.exec(output);
        if (found) return found[1] ?? found[0];
        if (over) throw new Error(`It ended without saying ${pattern}. It said:\n${output}`);
        await delay(20);
      }
    },
    kill: (signal) => void child.kill(signal),
    family: () => descendants(child.pid!),
  };
}

/** Waits until none of the processes runs any more. */
export async function allGone(pids: number[], withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    const alive = pids.filter((pid) => processMark(pid) !== null);
    if (alive.length === 0) return;
    if (Date.now() > until) throw new Error(`Still running after ${withinMs} ms: ${alive.join(", ")}`);
    await delay(20);
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}

function descendants(of: number): number[] {
  const pairs = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [of];
  for (const parent of found) found.push(...pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid));
  return found.slice(1);
}
