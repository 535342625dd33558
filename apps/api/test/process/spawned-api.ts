import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Sql } from "@roster/store/open.ts";
import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { openDeps } from "@roster/usecases/deps.ts";

/** The API as a process of its own, as the launcher starts it. */
export type SpawnedApi = {
  url: string;
  key: string;
  env: Record<string, string>;
  /** The process's database, past whatever stands before it. */
  sql: Sql;
  child: ChildProcess;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
  output(): string;
  /** The most memory that the process ever had, in MB. */
  peakMemory(): number;
  /** kill -9, then a new process at the same address. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
};

const main = join(import.meta.dirname, "../../src/main.ts");

/** Runs main.ts with these settings alone and tells how it ended. */
export function runMain(env: Record<string, string>): {
  child: ChildProcess;
  exited: Promise<number | null>;
  output(): string;
} {
  const { NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [main], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout!.on("data", (chunk) => (output += chunk));
  child.stderr!.on("data", (chunk) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, output: () => output };
}

/** @param through what the process gets instead of the database's address, such as a proxy's before it */
export async function spawnApi({
  through = async (databaseUrl: string) => databaseUrl,
} = {}): Promise<SpawnedApi> {
  const database = await createTestDatabase();
  const dataDir = makeTestDir();
  const deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 4, name: "api test" });
  const { key } = await createKey(deps, { tenant: "default", prefix: "sk", scopes: ["admin"] });

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { DATABASE_URL: await through(database.url), ROSTER_DATA_DIR: dataDir, PORT: String(port) };
  let run = await startMain(env, url);
  return {
    get child() {
      return run.child;
    },
    get exited() {
      return run.exited;
    },
    output: () => run.output(),
    url,
    key,
    env,
    sql: deps.sql,
    peakMemory: () => {
      const status = readFileSync(`/proc/${run.child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
    },
    async killAndRestart() {
      run.child.kill("SIGKILL");
      await run.exited;
      run = await startMain(env, url);
    },
    async close() {
      run.child.kill("SIGKILL");
      await run.exited;
      await deps.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs main.ts and waits until it answers. */
async function startMain(env: Record<string, string>, url: string): Promise<ReturnType<typeof runMain>> {
  const run = runMain(env);
  const answers = () =>
    fetch(`${url}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    );
  for (let n = 0; !(await answers()); n++) {
    if (n > 400 || run.child.exitCode !== null) throw new Error(`The API did not start: ${run.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return run;
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
