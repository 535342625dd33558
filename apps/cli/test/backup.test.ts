import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePreparedDir } from "@roster/store/server/test-server.ts";
import { createEmptyDatabase, makeTestDir } from "@roster/store/testing.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ended, type RunningRoster, startCommand, startRoster } from "./running-roster.ts";

// A PostgreSQL of its own is started and stopped twice: 5 s on a free machine.
vi.setConfig({ testTimeout: 60_000 });

let roster: RunningRoster;
let backup: string;
beforeAll(async () => {
  roster = await startRoster();
  const csv = roster.file("people.csv", "email,firstName\nann@example.org,Ann\nbo@example.org,Bo\n");
  expect(await roster.roster(["import", csv])).toMatchObject({ code: 0 });
  backup = join(roster.dataDir, "roster.tar.gz");
});
afterAll(() => roster?.close());

const oneLine = /^[^\n]+\n$/;
/** A part of a backup, taken out as a person would. */
const entryOf = (file: string, name: string) => execFileSync("tar", ["-xzOf", file, name]).toString();
const onServer = () => ({ env: { DATABASE_URL: roster.databaseUrl } });

test("a backup of a running server is one private file, and the same from a pipe", async () => {
  const made = await roster.roster(["backup", backup], onServer());
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(oneLine), stderr: "" });
  expect(made.stdout).toContain(`Wrote ${backup}`);
  expect(made.stdout).toContain("2 of them contacts");
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(existsSync(`${backup}.partial`)).toBe(false);

  const child = roster.start(["backup", "--quiet", "-"], onServer());
  const pieces: Buffer[] = [];
  child.stdout!.on("data", (piece: Buffer) => pieces.push(piece));
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  const piped = join(roster.dataDir, "piped.tar.gz");
  writeFileSync(piped, Buffer.concat(pieces));
  expect(entryOf(piped, "contacts/000000.copy")).toBe(entryOf(backup, "contacts/000000.copy"));
});

test("a backup restored into a new data directory is there for a server, and for the next backup", async () => {
  const dataDir = await makePreparedDir();
  writeFileSync(join(dataDir, "first-key"), "sk_dead\n");
  const env = { ROSTER_DATA_DIR: dataDir };
  const restored = await ended(startCommand(["restore", backup], env));
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringMatching(oneLine) });
  expect(restored.stdout).toMatch(/2 of them contacts.*npm start/);
  expect(restored.stderr).toContain("keys create");
  expect(existsSync(join(dataDir, "first-key"))).toBe(false);

  const again = await ended(startCommand(["restore", backup], env));
  expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(again.stderr).toContain("--replace");
  const next = join(dataDir, "next.tar.gz");
  expect(await ended(startCommand(["backup", "--quiet", next], env))).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(entryOf(next, "totals.json")).toBe(entryOf(backup, "totals.json"));
});

test("a damaged file, a missing one, a place that cannot be written and a closed pipe fail in one line", async () => {
  const empty = await createEmptyDatabase();
  const dataDir = makeTestDir();
  const env = { ROSTER_DATA_DIR: dataDir, DATABASE_URL: empty.url };
  const cut = join(dataDir, "cut.tar.gz");
  writeFileSync(cut, readFileSync(backup).subarray(0, 1000));
  const damaged = await ended(startCommand(["restore", cut], env));
  expect(damaged).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(damaged.stderr).toContain("Nothing was restored");
  const missing = await ended(startCommand(["restore", join(dataDir, "no.tar.gz")], env));
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/no such file/) });
  const nowhere = await roster.roster(["backup", join(dataDir, "no", "b.tar.gz")], onServer());
  expect(nowhere).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/ENOENT.*No backup/) });
  const unread = roster.start(["backup", "--quiet", "-"], onServer());
  unread.stdout!.destroy();
  expect((await once(unread, "close"))[0]).toBe(1);
  const none = await ended(startCommand(["backup", "b.tar.gz"], { ROSTER_DATA_DIR: dataDir }));
  expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/no database in .*DATABASE_URL/) });
  await empty.drop();
});
