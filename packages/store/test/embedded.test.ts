import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../src/open.ts";
import { type EmbeddedServer, startEmbedded } from "../src/server/embedded.ts";
import { readPostmaster } from "../src/server/postmaster-file.ts";
import { processMark } from "../src/server/process-mark.ts";
import { makePreparedDir, makeTestDir } from "../src/server/test-server.ts";

const isRoot = process.getuid?.() === 0;

const computeFor3s = `do $$ declare until timestamptz := clock_timestamp() + '3 s';
  begin while clock_timestamp() < until loop end loop; end $$`;

let dataDir: string;
let server: EmbeddedServer | undefined;
let said: string[] = [];

beforeEach(async () => {
  dataDir = await makePreparedDir();
  said = [];
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

test("one address serves postgres.js and pg, over a socket that is closed to others and no port at all", async () => {
  server = await start();
  const sql = openStore(server.url);
  const [row] =
    await sql`select current_database() as name, current_setting('listen_addresses') as ports, lower('ÄÉ') as low`;
  await sql.end();
  expect(row).toEqual({ name: "roster", ports: "", low: "äé" });

  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await client.end();
  expect(statSync(new URL(server.url).searchParams.get("host")!).mode & 0o777).toBe(0o700);
});

test("a stop and a warm start keep the data, and the warm start takes less than 2 s", async () => {
  server = await start();
  await run("create table kept (x int)");
  const socketDir = readPostmaster(server.clusterDir)!.socketDir;
  await server.stop();
  expect(existsSync(socketDir)).toBe(false);

  const since = Date.now();
  server = await start();
  expect(Date.now() - since).toBeLessThan(2000);
  await run("select * from kept");
});

test("a second start on a directory that is in use is refused within this process too", async () => {
  server = await start();
  await expect(start()).rejects.toThrow("in use");
  await run("select 1");
});

test("a postmaster.pid that names a stranger's process does not hold up a start, and the stranger lives on", async () => {
  server = await start();
  const { clusterDir } = server;
  await server.stop();
  writeFileSync(
    join(clusterDir, "postmaster.pid"),
    `${process.ppid}\n${clusterDir}\n1\n5432\n/nowhere\n\n1 1\nready\n`,
  );
  server = await start();
  await run("select 1");
  expect(processMark(process.ppid)).not.toBeNull();
});

test("a server that is killed comes back at the same address, although one of its processes lives on for a while", async () => {
  server = await start();
  const before = server.pid;
  const busy = openStore(server.url, { max: 1 });
  // A backend inside a long computation does not notice that its server has gone.
  const computing = busy.unsafe(computeFor3s).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill(before, "SIGKILL");
  await expect.poll(() => server?.pid, { timeout: 25_000 }).not.toBe(before);
  expect(said).toContain("Processes of a killed PostgreSQL are still ending: trying again");
  await run("select 1");
  await busy.end({ timeout: 0 });
  await computing;
});

test("a start that was killed while it made the cluster leaves nothing that the next start stumbles over", async () => {
  dataDir = makeTestDir();
  mkdirSync(join(dataDir, "postgres.init"));
  writeFileSync(join(dataDir, "postgres.init/PG_VERSION"), "18\n");
  server = await start();
  await run("select 1");
});

test("a directory that holds no cluster is refused and left alone", async () => {
  dataDir = makeTestDir();
  mkdirSync(join(dataDir, "postgres"));
  writeFileSync(join(dataDir, "postgres/precious"), "");
  await expect(start()).rejects.toThrow("no PostgreSQL data directory");
  expect(existsSync(join(dataDir, "postgres/precious"))).toBe(true);
});

test("a setting that PostgreSQL refuses is told in its own words", async () => {
  await expect(start({ work_mem: "much" })).rejects.toThrow(/did not start on .*work_mem.*Its log is/s);
});

test.runIf(isRoot)(
  "root's server runs as another user, with the data in the data directory although that was closed",
  async () => {
    dataDir = makeTestDir();
    chmodSync(dataDir, 0o700);
    server = await start();
    expect(server.clusterDir).toBe(join(dataDir, "postgres"));
    expect(statSync(server.clusterDir).uid).not.toBe(0);
    expect(statSync(dataDir).mode & 0o777).toBe(0o701);
  },
);

test.runIf(isRoot)(
  "below a directory that root's database user may not pass, the data is elsewhere, is printed and is found again",
  async () => {
    const closed = mkdtempSync(join(tmpdir(), "roster-closed-"));
    dataDir = join(closed, "below");
    server = await start();
    const { clusterDir } = server;
    expect(clusterDir.startsWith(dataDir)).toBe(false);
    expect(said.join("\n")).toContain(clusterDir);
    await run("create table kept (x int)");
    await server.stop();
    server = await start();
    expect(server.clusterDir).toBe(clusterDir);
    await run("select * from kept");
    await server.stop();
    server = undefined;
    expect(readFileSync(join(dataDir, "postgres.path"), "utf8").trim()).toBe(clusterDir);
    rmSync(dirname(clusterDir), { recursive: true });
    await expect(start()).rejects.toThrow("nothing is there");
    rmSync(closed, { recursive: true });
  },
);

function start(settings: Record<string, string> = {}): Promise<EmbeddedServer> {
  return startEmbedded({ dataDir, log: (line) => said.push(line), settings: { fsync: "off", ...settings } });
}

async function run(text: string): Promise<void> {
  const sql = openStore(server!.url, { max: 1 });
  await sql.unsafe(text);
  await sql.end();
}
