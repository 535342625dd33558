import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { makePreparedDir } from "@roster/store/server/test-server.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { freePort, repository, type Started, startProgram } from "./started.ts";

const main = join(repository, "apps/launcher/src/main.ts");
const standIn = join(import.meta.dirname, "stand-in.ts");

let dir: string;
let port: number;
let busy: Server | undefined;
let running: Started | undefined;

beforeAll(async () => {
  dir = await makePreparedDir();
});
beforeEach(async () => {
  port = await freePort();
});
afterEach(async () => {
  busy?.close();
  running?.kill("SIGTERM");
  await running?.ended;
  busy = running = undefined;
});

describe("Each of these is one line and exit code 1:", () => {
  test.each([
    ["PORT", "70000", "must be a port number from 1 to 65535"],
    ["PORT", "http", "must be a port number from 1 to 65535"],
    ["HOST", "my host", "must be an address or a host name"],
    ["LOG_LEVEL", "loud", "must be one of trace, debug, info"],
    ["TRUST_PROXY", "perhaps", "must be true, false, a number of proxies"],
    ["UNDO_KEEP_DAYS", "a month", "must be a whole number from 0 to 3650"],
    ["EVENTS_KEEP_MONTHS", "3", "must be a whole number from 4 to 1200"],
    ["UPLOAD_KEEP_DAYS", "-1", "must be a whole number from 0 to 3650"],
    ["HEALTH_DNS_TIMEOUT_MS", "5", "must be a whole number from 50 to 60000"],
    ["HEALTH_DNS", "yes", "must be on or off"],
    ["HEALTH_DNS_SERVERS", "dns.example", "must be addresses, divided by commas"],
    ["WEBHOOKS_ALLOW_PRIVATE", "1", "must be true or false"],
    ["WEBHOOKS_TIMEOUT_MS", "0", "must be a whole number from 100 to 60000"],
    ["WORKER_CONCURRENCY", "33", "must be a whole number from 1 to 32"],
  ])("%s=%s", (name, value, rule) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`^The setting ${name} is wrong: it ${rule}[^\n]*$`),
    );
  });

  test("a wrong setting names the variable, and does not show a password", async () => {
    await expectRefusal(
      main,
      { DATABASE_URL: "mysql://me:secret@host/db" },
      /^The setting DATABASE_URL is wrong: it must be an address such as postgres:/,
    );
  });

  test("a database that cannot be reached, without its password", async () => {
    const nobody = await freePort();
    const url = `postgres://me:secret@127.0.0.1:${nobody}/mine`;
    await expectRefusal(
      main,
      { DATABASE_URL: url },
      new RegExp(`cannot be reached at 127.0.0.1:${nobody}/mine: .*ECONNREFUSED`),
    );
  });

  test("a port in use", async () => {
    busy = createServer().listen(port, "127.0.0.1");
    await expectRefusal(
      main,
      {},
      new RegExp(`^Port ${port} on 127.0.0.1 is in use by another program.*set PORT`),
    );
  });

  test("a host that is not this machine's", async () => {
    await expectRefusal(main, { HOST: "192.0.2.1" }, /^The address 192.0.2.1.*EADDRNOTAVAIL.*Set HOST/);
  });

  test("a data directory in use by another instance, which goes on", async () => {
    const other = start(standIn, {});
    running = other;
    await other.says(/Roster is ready/);
    const message = new RegExp(`is in use by another Roster, process ${other.pid}\\..*ROSTER_DATA_DIR`);
    await expectRefusal(main, { PORT: String(await freePort()) }, message);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  });

  test("a data directory that cannot be made", async () => {
    const file = join(dir, "a-file");
    writeFileSync(file, "");
    await expectRefusal(
      main,
      { ROSTER_DATA_DIR: join(file, "below") },
      /cannot be made.*Set ROSTER_DATA_DIR/,
    );
  });

  test("a database of another major version of PostgreSQL", async () => {
    const old = await makePreparedDir();
    writeFileSync(join(old, "postgres/PG_VERSION"), "16\n");
    await expectRefusal(
      main,
      { ROSTER_DATA_DIR: old },
      /was made by PostgreSQL 16, and this Roster brings PostgreSQL 18.*pg_dump/,
    );
    rmSync(old, { recursive: true });
  });
});

test("A variable set to nothing counts as not set, and a relative data directory starts at the repository", () => {
  const config = readConfig({ PORT: "", HOST: "", ROSTER_DATA_DIR: "" });
  expect(config).toMatchObject({
    port: 4400,
    host: "127.0.0.1",
    databaseUrl: null,
    dataDir: join(repository, ".roster"),
  });
});

function start(file: string, env: Record<string, string>): Started {
  return startProgram(process.execPath, [file], { ROSTER_DATA_DIR: dir, PORT: String(port), ...env });
}

async function expectRefusal(file: string, env: Record<string, string>, message: RegExp): Promise<void> {
  const refused = start(file, env);
  expect(await refused.ended).toBe(1);
  const lines = refused.output().trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(message);
  expect(lines[0]).not.toContain("secret");
}
