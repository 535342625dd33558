import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { openDeps } from "@roster/usecases/deps.ts";
import { createKey } from "@roster/usecases/keys.ts";

/** The API as a process of its own, as the launcher starts it. */
export type SpawnedApi = {
  url: string;
  key: string;
  env: Record<string, string>;
  child: ChildProcess;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
  output(): string;
  /** The most memory that the process ever had, in MB. */
  peakMemory(): number;
  close(): Promise<void>;
};

const main = join(import.meta.dirname, "../../src/main.ts");

/** Runs main.ts with these settings alone and tells how it ended. */
export function runMain(env: Record<string, string>): {
  child: ChildProcess;
  exited: Promise<number | null>;
  output(): string;
} {
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let output = "";
  child.stdout!.on("data", (chunk) => (output += chunk));
  child.stderr!.on("data", (chunk) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, output: () => output };
}

export async function spawnApi(): Promise<SpawnedApi> {
  const database = await createTestDatabase();
  const dataDir = makeTestDir();
  const deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 1, name: "api test" });
  const { key } = await createKey(deps, { tenant: "default", prefix: "sk", scopes: ["admin"] });
  await deps.close();

  const port = await freePort();
  const env = { DATABASE_URL: database.url, ROSTER_DATA_DIR: dataDir, PORT: String(port) };
  const run = runMain(env);
  const url = `http://127.0.0.1:${port}`;
  for (
    let n = 0;
    !(await fetch(`${url}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    ));
    n++
  ) {
    if (n > 400 || run.child.exitCode !== null) throw new Error(`The API did not start: ${run.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    ...run,
    url,
    key,
    env,
    peakMemory: () => {
      const status = readFileSync(`/proc/${run.child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
    },
    async close() {
      run.child.kill("SIGKILL");
      await run.exited;
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listened on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
