import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buildApp } from "@roster/api/app.ts";
import { serve } from "@roster/api/server.ts";
import { createTestDatabase, feedSettled, makeTestDir } from "@roster/store/testing.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { type Deps, openDeps } from "@roster/usecases/deps.ts";
import { startWorker } from "@roster/worker/worker.ts";
import { pino } from "pino";

export type Ended = { code: number | null; stdout: string; stderr: string };
export type Environment = Record<string, string | undefined>;

/** An API and a worker on a database of their own, and the command line as a process of its own. */
export type RunningRoster = {
  url: string;
  databaseUrl: string;
  key: string;
  tenantId: string;
  dataDir: string;
  deps: Deps;
  /** Runs `roster …` to its end, with this server's settings unless `env` says otherwise. */
  roster(args: string[], options?: { env?: Environment; stdin?: string | Readable }): Promise<Ended>;
  /** Starts `roster …` and leaves it running. */
  start(args: string[], options?: { env?: Environment }): ChildProcess;
  /** Writes a file into a directory of the test's own and returns its path. */
  file(name: string, text: string): string;
  /** Waits until the feed of changes shows all that was committed so far. */
  feedSettled(): Promise<void>;
  close(): Promise<void>;
};

/** @param options.worker false: imports are taken in, and wait */
export async function startRoster({ worker: withWorker = true } = {}): Promise<RunningRoster> {
  const database = await createTestDatabase();
  const dataDir = makeTestDir();
  const logger = pino({ level: "silent" });
  const deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 8, name: "cli test" });
  const stopping = new AbortController();
  const app = buildApp(
    deps,
    { TRUST_PROXY: false, CORS_ORIGINS: [], CONTACTS_BULK_MAX: 1000 },
    { logger, stopping: stopping.signal },
  );
  const server = await serve(app, { host: "127.0.0.1", port: 0, logger });
  const worker = withWorker
    ? await startWorker(deps, logger, {
        databaseUrl: database.url,
        concurrency: 2,
        retention: { uploads: 7, reports: 7, undo: 30, eventMonths: 24, deliveries: 30 },
        webhooks: { concurrency: 2, allowPrivate: true, timeoutMs: 5000 },
      })
    : null;
  const { key, tenantId } = await createKey(deps, { tenant: "default", prefix: "sk", scopes: ["admin"] });
  const url = `http://127.0.0.1:${server.port}`;
  const files = mkdtempSync(join(dataDir, "files-"));
  const own = { ROSTER_URL: url, ROSTER_KEY: key, ROSTER_DATA_DIR: dataDir };
  const start: RunningRoster["start"] = (args, { env = {} } = {}) => startCommand(args, { ...own, ...env });

  return {
    url,
    databaseUrl: database.url,
    key,
    tenantId,
    dataDir,
    deps,
    start,
    async roster(args, { env, stdin } = {}) {
      const child = start(args, env && { env });
      if (typeof stdin === "string" || stdin === undefined) child.stdin!.end(stdin ?? "");
      else stdin.pipe(child.stdin!);
      return ended(child);
    },
    file(name, text) {
      const path = join(files, name);
      writeFileSync(path, text);
      return path;
    },
    feedSettled: () => feedSettled(deps.sql),
    async close() {
      stopping.abort();
      await worker?.stop();
      await server.close(1000);
      await deps.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts the command line with nothing in its environment but what is given. */
export function startCommand(args: string[], env: Environment): ChildProcess {
  const main = join(import.meta.dirname, "../src/main.ts");
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, [main, ...args], { env: { PATH, NODE_COMPILE_CACHE, ...env } });
}

/** What a process has said until its end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  // A command that refuses its arguments does not read what is piped in.
  child.stdin?.on("error", () => {});
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}
