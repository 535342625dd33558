import { createServer } from "node:net";
import { join } from "node:path";
import { type SupervisedChild, superviseChild } from "@roster/launcher/child.ts";
import { migrate } from "@roster/store/migrate.ts";
import type { EmbeddedServer } from "@roster/store/server/kept-server.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { openDeps } from "@roster/usecases/deps.ts";
import { until } from "./clock.ts";

/** What every process is told; left out, as shipped. */
export type Timing = { leaseMs?: number; sliceMs?: number; webhookTimeoutMs?: number };

/** The processes of an installation, held up as the launcher does it: whoever ends is started again. */
export type Installation = {
  url: string;
  databaseUrl: string;
  postgres: EmbeddedServer;
  api: SupervisedChild;
  /** The worker that is there now. */
  readonly worker: SupervisedChild;
  deps: Awaited<ReturnType<typeof openDeps>>;
  /** One more worker; stop it when it is no longer needed. */
  addWorker(): SupervisedChild;
  /** Stops the worker and starts another one. @param databaseUrl where it finds the database, if not where it is */
  replaceWorker(databaseUrl?: string): Promise<void>;
  newTenant(): Promise<Tenant>;
  stop(): Promise<void>;
};

export type Tenant = { tenantId: string; key: string };

const apps = join(import.meta.dirname, "../apps");
const graceMs = 6000;

/**
 * Starts API and worker on a PostgreSQL that runs, each as a process of its own.
 * @param options.verbose shows the processes' own log
 */
export async function startInstallation(
  postgres: EmbeddedServer,
  options: { dataDir: string; timing: Timing; verbose: boolean },
): Promise<Installation> {
  await migrate(postgres.url);
  const deps = await openDeps({
    databaseUrl: postgres.url,
    dataDir: options.dataDir,
    poolSize: 4,
    name: "roster faults",
  });
  const port = await freePort();
  const children: SupervisedChild[] = [];
  const start = (name: string, databaseUrl: string): SupervisedChild => {
    const env = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ROSTER_DATA_DIR: options.dataDir,
      PORT: String(port),
      HOST: "127.0.0.1",
      LOG_LEVEL: options.verbose ? "warn" : "silent",
      ...(options.timing.leaseMs !== undefined && { JOB_LEASE_MS: String(options.timing.leaseMs) }),
      ...(options.timing.sliceMs !== undefined && { JOB_SLICE_MS: String(options.timing.sliceMs) }),
      // The receivers of these scenarios are on this machine.
      WEBHOOKS_ALLOW_PRIVATE: "true",
      ...(options.timing.webhookTimeoutMs !== undefined && {
        WEBHOOKS_TIMEOUT_MS: String(options.timing.webhookTimeoutMs),
      }),
    };
    const say = (line: string) => void (options.verbose && process.stderr.write(`${line}\n`));
    const child = superviseChild({ name, args: [join(apps, name, "src/main.ts")] }, env, say);
    children.push(child);
    return child;
  };
  // A worker that sleeps by SIGSTOP, or one whose parent was killed, would outlive the suite.
  const killAll = () => {
    for (const { pid } of children) if (pid !== undefined) kill(pid, "SIGKILL");
  };
  process.once("exit", killAll);

  const api = start("api", postgres.url);
  let worker = start("worker", postgres.url);
  const url = `http://127.0.0.1:${port}`;
  await until("the API and the worker are ready", async () =>
    (await fetch(`${url}/readyz`)).ok ? true : null,
  );
  let tenants = 0;
  return {
    url,
    databaseUrl: postgres.url,
    postgres,
    api,
    get worker() {
      return worker;
    },
    deps,
    addWorker: () => start("worker", postgres.url),
    async replaceWorker(databaseUrl = postgres.url) {
      await worker.stop(graceMs);
      worker = start("worker", databaseUrl);
    },
    newTenant: () => createKey(deps, { tenant: `t${++tenants}`, prefix: "sk", scopes: ["admin"] }),
    async stop() {
      for (const { pid } of children) if (pid !== undefined) kill(pid, "SIGCONT");
      await Promise.all(children.map((child) => child.stop(graceMs)));
      process.off("exit", killAll);
      await deps.close();
    },
  };
}

/** Sends a signal to a process that may be gone already. @returns whether it was there */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Kills PostgreSQL with -9 and waits until it was started again. */
export async function killPostgres({ postgres }: Pick<Installation, "postgres">): Promise<void> {
  const { pid } = postgres;
  kill(pid, "SIGKILL");
  await until("PostgreSQL was started again", async () => (postgres.pid === pid ? null : true));
}

/** Kills a process with -9 and waits until its supervisor has started the next one. */
export async function killAndAwaitNext(child: { readonly pid: number | undefined }): Promise<void> {
  const pid = await until("the process runs", async () => child.pid ?? null);
  kill(pid, "SIGKILL");
  await until("it was started again", async () =>
    child.pid !== undefined && child.pid !== pid ? true : null,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
