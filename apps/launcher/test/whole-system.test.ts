import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "@roster/store/open.ts";
import { makePreparedDir, makeTestDir } from "@roster/store/server/test-server.ts";
import { createEmptyDatabase } from "@roster/store/testing.ts";
import { afterEach, expect, test, vi } from "vitest";
import { allGone, freePort, repository, type Started, startProgram } from "./started.ts";

// Two starts of everything: 8 s on a free machine.
vi.setConfig({ testTimeout: 60_000 });

let running: Started | undefined;

afterEach(async () => {
  running?.kill("SIGTERM");
  await running?.ended;
  running = undefined;
});

test("`npm start` serves with the key that it printed, the second time with the same data and no key, and `npm run stop` leaves nothing behind", async () => {
  const dir = await makePreparedDir();
  const env = { ROSTER_DATA_DIR: dir, PORT: String(await freePort()), LOG_LEVEL: "warn" };

  const first = npm(["start"], env);
  const address = await first.says(/Roster is ready: (.*)/);
  const key = await first.says(/first API key.*: (sk_\w+)/);
  expect(readFileSync(join(dir, "first-key"), "utf8")).toBe(`${key}\n`);
  expect(await statusOf(address, key)).toBe(200);
  expect(await statusOf(address, `${key}x`)).toBe(401);
  const everyone = [first.pid, ...first.family()];
  const stop = startProgram("npm", ["run", "--silent", "stop"], env);
  expect(await stop.ended).toBe(0);
  expect(stop.output()).toMatch(/^Stopped the Roster on .*\n$/);
  await allGone(everyone, 2000);

  const second = npm(["start"], env);
  await second.says(/Roster is ready/);
  expect(second.output()).not.toContain("sk_");
  expect(await statusOf(address, key)).toBe(200);
});

test("With DATABASE_URL that database is used, none is started, and it runs on afterwards", async () => {
  const database = await createEmptyDatabase();
  const dir = makeTestDir();
  const main = join(repository, "apps/launcher/src/main.ts");
  const env = {
    DATABASE_URL: database.url,
    ROSTER_DATA_DIR: dir,
    PORT: String(await freePort()),
    LOG_LEVEL: "warn",
  };
  running = startProgram(process.execPath, [main], env);
  await running.says(/first API key/);
  expect(existsSync(join(dir, "postgres"))).toBe(false);
  running.kill("SIGTERM");
  expect(await running.ended).toBe(0);

  const sql = openStore(database.url, { max: 1 });
  expect(await sql`select slug from tenants`).toEqual([{ slug: "default" }]);
  await sql.end();
  await database.drop();
});

test("The scripts in front of the programs import nothing that has to be installed first", () => {
  for (const name of ["start", "stop", "roster", "bench", "test", "run", "install", "npm-watch"]) {
    const file = join(repository, "scripts", `${name}.mjs`);
    execFileSync(process.execPath, ["--check", file]);
    const imports = [...readFileSync(file, "utf8").matchAll(/from "(.*)"/g)].map(([, from]) => from);
    for (const from of imports) expect(from).toMatch(/^(node:|\.\/)/);
  }
});

function npm(args: string[], env: Record<string, string>): Started {
  running = startProgram("npm", args, env);
  return running;
}

function statusOf(address: string, key: string): Promise<number> {
  return fetch(`${address}/contacts`, { headers: { authorization: `Bearer ${key}` } }).then(
    ({ status }) => status,
  );
}
