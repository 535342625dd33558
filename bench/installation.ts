import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildCommand } from "@roster/launcher/child.ts";
import { programs } from "@roster/launcher/programs.ts";
import { migrate } from "@roster/store/migrate.ts";
import { type EmbeddedServer, startEmbedded } from "@roster/store/server/embedded.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { type Deps, openDeps } from "@roster/usecases/deps.ts";

/** Everything that `npm start` runs, in a directory of its own: the shipped PostgreSQL and settings, API and worker. */
export type Installation = {
  url: string;
  databaseUrl: string;
  postgresPid: number;
  apiPid: number;
  workerPid: number;
  /** For use cases that are called in this process. */
  deps: Deps;
  /** A new tenant and a key that may do everything in it. */
  newTenant(slug: string): Promise<{ key: string; tenantId: string }>;
  stop(): Promise<void>;
};

export async function startInstallation(): Promise<Installation> {
  const dir = mkdtempSync(join(tmpdir(), "roster-bench-"));
  const postgres: EmbeddedServer = await startEmbedded({ dataDir: dir });
  await migrate(postgres.url);
  const deps = await openDeps({ databaseUrl: postgres.url, dataDir: dir, poolSize: 2, name: "roster bench" });
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    ROSTER_DATA_DIR: dir,
    PORT: String(port),
    HOST: "127.0.0.1",
    LOG_LEVEL: "warn",
  };
  const start = ({ args }: ChildCommand): ChildProcess =>
    spawn(process.execPath, args, {
      env,
      // Their logs must not get into what --json prints.
      stdio: ["ignore", process.stderr, process.stderr, "ipc"],
    });
  const api = start(programs.api);
  const worker = start(programs.worker);
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  return {
    deps,
    url,
    databaseUrl: postgres.url,
    postgresPid: postgres.pid,
    apiPid: api.pid!,
    workerPid: worker.pid!,
    newTenant: (slug) => createKey(deps, { tenant: slug, prefix: "sk", scopes: ["admin"] }),
    async stop() {
      for (const child of [api, worker]) {
        if (child.exitCode === null && child.kill("SIGTERM")) await once(child, "exit");
      }
      await deps.close();
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function ready(url: string): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The API and the worker did not become ready within 30 s.");
}
