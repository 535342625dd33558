import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmptyDatabase } from "@roster/store/testing.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, type RunningRoster, startCommand, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let bare: string;

beforeAll(async () => {
  roster = await startRoster();
  bare = mkdtempSync(join(tmpdir(), "roster-cli-"));
});
afterAll(async () => {
  await roster?.close();
  rmSync(bare, { recursive: true, force: true });
});

const oneLine = /^[^\n]+\n$/;

test("keys create makes the tenant, and ends with one line of JSON whose key works", async () => {
  const args = [
    "keys",
    "create",
    "--tenant",
    "acme-shop",
    "--prefix",
    "mc_test_",
    "--scopes",
    "contacts:read",
    "--json",
  ];
  const made = await roster.roster(args, { env: { DATABASE_URL: roster.databaseUrl } });
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(oneLine), stderr: "" });
  const { key, keyId, tenantId } = JSON.parse(made.stdout);
  expect(key).toMatch(/^mc_test_[0-9A-Za-z]{43}$/);
  expect([keyId, tenantId]).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
  expect(tenantId).not.toBe(roster.tenantId);
  const reads = await roster.roster(["jobs", "list", "--json"], { env: { ROSTER_KEY: key } });
  expect(reads).toMatchObject({ code: 0, stdout: "[]\n" });
  const writes = await roster.roster(["import", roster.file("a.csv", "email\na@example.org\n")], {
    env: { ROSTER_KEY: key },
  });
  expect(writes).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^[^\n]*contacts:write[^\n]*\n$/),
  });
});

test("address, key and database are read from the data directory of the server that runs there", async () => {
  writeFileSync(join(bare, "address"), `${roster.url}\n`);
  writeFileSync(join(bare, "first-key"), `${roster.key}\n`, { mode: 0o600 });
  writeFileSync(join(bare, "database-url"), `${roster.databaseUrl}\n`, { mode: 0o600 });
  const env = { ROSTER_DATA_DIR: bare };
  expect(await ended(startCommand(["jobs", "list"], env))).toMatchObject({ code: 0 });
  const made = await ended(startCommand(["keys", "create", "--tenant", "default"], env));
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sk_\w{43}\n$/) });
  const doctor = await ended(startCommand(["doctor"], env));
  expect(doctor.stdout).not.toContain("✗");
  expect(doctor.stdout).toContain(roster.url);
  expect(doctor.code).toBe(0);
});

test("without a server every command says in one line how to start one", async () => {
  const env = { ROSTER_DATA_DIR: join(bare, "nothing") };
  for (const args of [
    ["jobs", "list"],
    ["keys", "create", "--tenant", "default"],
  ]) {
    const { code, stdout, stderr } = await ended(startCommand(args, env));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain("npm start");
  }
  const doctor = await ended(startCommand(["doctor"], env));
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/✗ .*\n {4}.*npm start/);
});

test("a server that does not answer, a key that it does not know and a job that is not there take one line each", async () => {
  const file = roster.file("b.csv", "email\nb@example.org\n");
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const gone = await roster.roster(["import", file], { env: { ROSTER_URL: nobody } });
  expect(gone).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(gone.stderr).toContain(`${nobody} cannot be reached`);
  const strange = await roster.roster(["import", file], { env: { ROSTER_KEY: "sk_unknown" } });
  expect(strange).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(strange.stderr).toContain("ROSTER_KEY");
  for (const command of ["show", "errors", "cancel"]) {
    const lost = await roster.roster(["jobs", command, "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17"]);
    expect(lost).toMatchObject({ code: 1, stdout: "", stderr: "There is no such job.\n" });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test("keys create on a database without Roster's tables says so in one line", async () => {
  const empty = await createEmptyDatabase();
  try {
    const env = { DATABASE_URL: empty.url };
    const { code, stderr } = await roster.roster(["keys", "create", "--tenant", "default"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain("npm start");
  } finally {
    await empty.drop();
  }
});
