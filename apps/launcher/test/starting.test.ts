import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePreparedDir } from "@roster/store/server/test-server.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort, type Started, startProgram } from "./started.ts";

const standIn = join(import.meta.dirname, "stand-in.ts");

let dir: string;
let port: number;
let running: Started | undefined;

beforeEach(async () => {
  dir = await makePreparedDir();
  port = await freePort();
});
afterEach(async () => {
  running?.kill("SIGTERM");
  await running?.ended;
  running = undefined;
  rmSync(dir, { recursive: true, force: true });
});

test("The first start prints the address and the key, keeps the key in a file of mode 600, and says where it serves", async () => {
  const started = start();
  expect(await started.says(/Roster is ready: (.*)/)).toBe(`http://127.0.0.1:${port}`);
  expect(await started.says(/first API key.*: (sk_\w+)/)).toBe("sk_stand_in");
  expect(read("first-key")).toBe("sk_stand_in\n");
  expect(statSync(join(dir, "first-key")).mode & 0o777).toBe(0o600);
  expect(read("address")).toBe(`http://127.0.0.1:${port}\n`);
  expect(read("database-url")).toMatch(/^postgres:\/\/.*\n$/);
  expect(statSync(join(dir, "database-url")).mode & 0o777).toBe(0o600);
  expect(read("pid")).toBe(`${started.pid}\n`);

  started.kill("SIGTERM");
  await started.ended;
  for (const name of ["address", "database-url", "pid", "lock"]) expect(() => read(name)).toThrow("ENOENT");
});

test("A lock that a stranger's pid or a crashed launcher left does not hold up a start", async () => {
  // This very process lives, but it did not start when the lock says.
  writeFileSync(join(dir, "lock"), JSON.stringify({ pid: process.pid, mark: "another time" }));
  writeFileSync(join(dir, "pid"), `${process.pid}\n`);
  await start().says(/Roster is ready/);
  expect(read("pid")).toBe(`${running?.pid}\n`);
});

test("A child that dies is started again, and everything works on", async () => {
  const started = start();
  await started.says(/Roster is ready/);
  const api = started.family().find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("serve"));
  process.kill(api!, "SIGKILL");
  await started.says(/The API ended unexpectedly \(SIGKILL\): starting it again in 0.25 s/);
  const status = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 10_000 }).toBe(200);
});

test("A PostgreSQL that dies is started again at the same address", async () => {
  const started = start();
  await started.says(/Roster is ready/);
  const address = read("database-url");
  const pid = postmaster();
  process.kill(pid, "SIGKILL");
  await started.says(/PostgreSQL ended unexpectedly: starting it again/);
  await expect.poll(postmaster, { timeout: 10_000 }).not.toBe(pid);
  expect(read("database-url")).toBe(address);
});

test("A child that does not start five times in a row ends the whole, with a message and exit code 1", async () => {
  const started = start("serve", "die");
  expect(await started.ended).toBe(1);
  expect(started.output()).toMatch(
    /The worker does not start: it ended 5 times in a row, the last time with code 3/,
  );
});

function start(...behaviour: string[]): Started {
  running = startProgram(process.execPath, [standIn, ...behaviour], {
    ROSTER_DATA_DIR: dir,
    PORT: String(port),
  });
  return running;
}

function postmaster(): number {
  return Number(read("postgres/postmaster.pid").split("\n")[0]);
}

function read(name: string): string {
  return readFileSync(join(dir, name), "utf8");
}
