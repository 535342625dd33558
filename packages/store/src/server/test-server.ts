import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Sql } from "../open.ts";
import { type EmbeddedServer, startEmbedded } from "./embedded.ts";

/** A database of its own for one test file. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A PostgreSQL of its own, for tests that kill it. `stop` also removes its data. */
export interface TestServer extends EmbeddedServer {
  dataDir: string;
  stop(): Promise<void>;
}

/** Speed over the power cut: commits still reach the kernel, so a kill -9 of PostgreSQL loses nothing. */
const TEST_SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "128MB",
  max_connections: "100",
};

/** An empty directory under the system's temporary directory, which root's database user may pass. Gone with this process. */
export function makeTestDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "roster-test-"));
  chmodSync(dir, 0o711);
  if (made.size === 0) process.once("exit", removeMade);
  made.add(dir);
  return dir;
}

const made = new Set<string>();

function removeMade(): void {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
}

/** A data directory in which the database has been made already: 1.5 s and more that most tests need not pay. */
export async function makePreparedDir(): Promise<string> {
  prepared ??= prepare();
  const dir = makeTestDir();
  // With owners, which are another user's where root runs the tests.
  execFileSync("cp", ["-a", `${await prepared}/.`, dir]);
  return dir;
}

let prepared: Promise<string> | undefined;

async function prepare(): Promise<string> {
  const dir = makeTestDir();
  const server = await startEmbedded({ dataDir: dir, settings: { fsync: "off" } });
  await server.stop();
  return dir;
}

/**
 * Starts an empty PostgreSQL in a temporary directory, about 1.5 s. A guard process stops it and removes the directory
 * when this process ends in whatever way without having stopped it.
 *
 * @param settings PostgreSQL settings over those of a test.
 */
export async function startTestServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = makeTestDir();
  const guard = spawn(process.execPath, [join(import.meta.dirname, "test-server-guard.ts"), dataDir], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  const server = await startEmbedded({ dataDir, settings: { ...TEST_SETTINGS, ...settings } });
  return {
    dataDir,
    url: server.url,
    get pid() {
      return server.pid;
    },
    clusterDir: server.clusterDir,
    lost: server.lost,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
      guard.stdin?.end();
    },
  };
}

/** The address of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Makes a database on a test server, as a copy of `template`.
 *
 * @returns its address, and `drop`, which also ends the connections that are still open.
 */
export async function createDatabase(serverUrl: string, template = "template1"): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  // Through the log, the default strategy, takes 0.06 s; copying files 0.06-0.1 s, with a checkpoint on either side.
  await asAdmin(serverUrl, (sql) => sql`create database ${sql(name)} template ${sql(template)}`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await asAdmin(serverUrl, async (sql) => {
        await connectionsGone(sql, name);
        await sql`drop database if exists ${sql(name)} with (force)`;
      });
    },
  };
}

/** A pool says that it has ended before its connections have: cut then, they fail a test file that is over. At most 1 s. */
async function connectionsGone(sql: Sql, name: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const open = await sql`
      select from pg_stat_activity where datname = ${name} and backend_type = 'client backend' limit 1`;
    if (open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function asAdmin(serverUrl: string, act: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = openStore(databaseUrl(serverUrl, "postgres"), { max: 1, name: "tests" });
  try {
    await act(sql);
  } finally {
    await sql.end();
  }
}
