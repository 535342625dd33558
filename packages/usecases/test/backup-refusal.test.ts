import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { openStore, type Sql } from "@roster/store/open.ts";
import { createEmptyDatabase } from "@roster/store/testing.ts";
import { createTarPacker, unpackTar } from "modern-tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFirstKey } from "../src/accounts/keys.ts";
import { backUp } from "../src/backup/backup.ts";
import { manifestSum } from "../src/backup/backup-archive.ts";
import { BackupRefused } from "../src/backup/backup-refused.ts";
import { restore } from "../src/backup/restore.ts";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import { openDeps, SuppressionKeyMissing } from "../src/deps.ts";
import { type ImportWorld, openImportWorld, type Place } from "./import-world.ts";
import { backupOf, contentsOf, newPlace, release, restoreTo } from "./restored-world.ts";

let world: ImportWorld;
let backup: Buffer;
/** Nothing may have changed here at the end of a refusal. */
let target: Place & { drop(): Promise<void> };
let sql: Sql;
beforeAll(async () => {
  world = await openImportWorld();
  await world.import(`email\n${Array.from({ length: 50 }, (_, i) => `p${i}@x.co\n`).join("")}`);
  await upsertContact(world.deps, world.scope, { email: "left@x.co", status: "unsubscribed" });
  await deleteContact(world.deps, world.scope, { email: "left@x.co" });
  backup = await backupOf(world);
  target = await newPlace();
  sql = openStore(target.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await world?.close();
  await sql?.end();
  await target?.drop();
});

/** @returns the refusal, after which everything is as it was */
async function refused(bytes: Uint8Array, place: Place = target): Promise<string> {
  const db = openStore(place.databaseUrl, { max: 1 });
  const state = async () => [await contentsOf(db), readdirSync(place.dataDir)];
  const before = await state();
  const error = await restoreTo(place, bytes).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BackupRefused);
  expect(await state()).toEqual(before);
  await db.end();
  return (error as Error).message;
}

test("a backup that was cut anywhere restores nothing", async () => {
  for (const part of [0, 0.5, 0.999]) {
    expect(await refused(backup.subarray(0, Math.floor(backup.length * part)))).toMatch(
      /damaged|not a backup/,
    );
  }
  const tar = gunzipSync(backup);
  const entries = await unpackTar(tar);
  for (const kept of [2, entries.length - 1]) {
    expect(await refused(await repacked(entries.slice(0, kept)))).toMatch(/incomplete/);
  }
});

test("a backup with a wrong bit restores nothing", async () => {
  for (let n = 0; n < 7; n++) {
    const damaged = Buffer.from(backup);
    const at = 20 + Math.floor(((damaged.length - 40) * n) / 7);
    damaged[at]! ^= 1 << (n % 8);
    if (!sameContent(damaged)) expect(await refused(damaged)).toMatch(/damaged/);
  }
});

/** A copy of zeros from another distance is the same: not every bit of a gzip matters. */
function sameContent(bytes: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(gunzipSync(backup));
  } catch {
    return false;
  }
}

test("a backup that somebody edited restores nothing: the sums at its end disagree", async () => {
  const entries = await unpackTar(gunzipSync(backup));
  const edited = entries.map((entry) => {
    if (!entry.header.name.startsWith("contacts/")) return entry;
    const data = Buffer.from(Buffer.from(entry.data!).toString().replace("p7@x.co", "q7@x.co"));
    return { ...entry, data: new Uint8Array(data) };
  });
  expect(await refused(await repacked(edited))).toMatch(/rows of contacts/);
  const without = entries.filter(({ header }) => !header.name.startsWith("contacts/"));
  expect(await refused(await repacked(without))).toMatch(/rows of contacts/);
  const more = [...entries, { header: { name: "more", size: 0 }, data: new Uint8Array() }];
  expect(await refused(await repacked(more))).toMatch(/behind its end/);
});

test("what is no backup is refused, and one of a newer format or of another schema says who can restore it", async () => {
  expect(await refused(Buffer.from("email\nann@x.co\n"))).toMatch(/damaged|not a backup/);
  expect(await refused(gzipSync("email\nann@x.co\n"))).toMatch(/damaged|not a backup/);
  const entries = await unpackTar(gunzipSync(backup));
  const other = await repacked([{ header: { name: "a.txt", size: 1 }, data: new Uint8Array([65]) }]);
  expect(await refused(other)).toMatch(/not a backup/);
  expect(await refused(await withManifest(entries, (it) => ({ ...it, format: 2 })))).toMatch(/newer Roster/);
  const older = await withManifest(entries, (it) => ({ ...it, migrations: it.migrations.slice(1) }));
  expect(await refused(older)).toMatch(/Roster 0\.1\.0-test.*0001_accounts/);
});

test("a database that holds anything is left alone, unless it is to be replaced", async () => {
  const place = await newPlace();
  const deps = await openDeps({ ...place, poolSize: 2, name: "test" });
  try {
    // What `npm start` makes is nothing yet.
    await createFirstKey(deps);
    await upsertContact(deps, await firstScope(deps.sql), { email: "own@x.co", status: "unsubscribed" });
    expect(await refused(backup, place)).toMatch(
      /not empty \(contact_counts, contact_coverage_changes, contacts\).*--replace/,
    );
    await deleteContact(deps, await firstScope(deps.sql), { email: "own@x.co" });
    expect(await refused(backup, place)).toMatch(/not empty/);
    const key = readFileSync(join(place.dataDir, "suppression-key"), "utf8");
    const { formerKey } = await restoreTo(place, backup, { replace: true });
    expect(await contentsOf(deps.sql)).toEqual(await contentsOf(world.deps.sql));
    expect(readFileSync(formerKey!, "utf8")).toBe(key);
  } finally {
    await deps.close();
    await place.drop();
  }
});

test("a first start's account and key make way for the backup's", async () => {
  const place = await newPlace();
  const deps = await openDeps({ ...place, poolSize: 2, name: "test" });
  try {
    await createFirstKey(deps);
    await restoreTo(place, backup);
    expect(await contentsOf(deps.sql)).toEqual(await contentsOf(world.deps.sql));
  } finally {
    await deps.close();
    await place.drop();
  }
});

test("a database on which a server is at work is left alone", async () => {
  for (const name of ["roster api", "roster worker"]) {
    const server = openStore(target.databaseUrl, { max: 1, name });
    await server`select 1`;
    expect(await refused(backup)).toContain(name);
    await server.end();
  }
});

async function firstScope(db: Sql) {
  const [row] = await db<{ id: string; accountId: string }[]>`select id, account_id from tenants limit 1`;
  return { ...world.scope, tenantId: row!.id, accountId: row!.accountId };
}

test("where entries exist, another key than theirs neither serves nor is backed up", async () => {
  const strange = await newPlace();
  try {
    const place = { databaseUrl: world.databaseUrl, dataDir: strange.dataDir };
    const open = () => openDeps({ ...place, poolSize: 1, name: "test" });
    await expect(backupOf(place)).rejects.toThrow(SuppressionKeyMissing);
    await expect(open()).rejects.toThrow(SuppressionKeyMissing);
    writeFileSync(join(strange.dataDir, "suppression-key"), `1:${"ab".repeat(32)}\n`);
    await expect(backupOf(place)).rejects.toThrow(/the key of another/);
    await expect(open()).rejects.toThrow(/the key of another/);
  } finally {
    await strange.drop();
  }
});

test("a backup of a database without tables, and one that cannot be written or read to its end, fail", async () => {
  const options = { dataDir: world.dataDir, release, now: new Date() };
  const empty = await createEmptyDatabase();
  await expect(backUp({ ...options, databaseUrl: empty.url }, new Writable())).rejects.toThrow(
    /no Roster tables/,
  );
  await empty.drop();
  const full = new Writable({ write: (_, __, done) => done(new Error("ENOSPC")) });
  await expect(backUp({ ...options, databaseUrl: world.databaseUrl }, full)).rejects.toThrow("ENOSPC");
  const gone = new Readable({
    read() {
      this.destroy(new Error("EIO"));
    },
  });
  await expect(restore({ ...target, replace: false }, gone)).rejects.toThrow("EIO");
  expect(existsSync(join(target.dataDir, "suppression-key"))).toBe(false);
});

test("a backup whose connection is lost half-way fails, however little is missing", async () => {
  await world.deps.sql`
    insert into upload_chunks (tenant_id, upload_id, chunk_no, bytes)
    select ${world.scope.tenantId}, ${crypto.randomUUID()}, n, decode(repeat('ab', 100000), 'hex') from generate_series(1, 300) n`;
  let seen = 0;
  const slow = new Writable({
    highWaterMark: 1,
    async write(piece: Buffer, _, done) {
      seen += piece.length;
      const backends = await world.deps.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'roster backup'`;
      expect(backends.length).toBeLessThan(2);
      done();
    },
  });
  const options = { ...world, release, now: new Date() };
  await expect(backUp(options, slow)).rejects.toMatchObject({
    code: expect.stringMatching(/57P01|CONNECTION|EPIPE|ECONNRESET/),
  });
  expect(seen).toBeGreaterThan(0);
});

type Entry = Awaited<ReturnType<typeof unpackTar>>[number];

async function withManifest(
  entries: readonly Entry[],
  edit: (manifest: Record<string, unknown> & { migrations: string[] }) => object,
): Promise<Buffer> {
  const [first, sum, ...rest] = entries;
  const manifest = Buffer.from(JSON.stringify(edit(JSON.parse(Buffer.from(first!.data!).toString()))));
  const text = (entry: Entry, data: Buffer) => ({ ...entry, data: new Uint8Array(data) });
  return repacked([text(first!, manifest), text(sum!, Buffer.from(manifestSum(manifest))), ...rest]);
}

async function repacked(entries: readonly Entry[]): Promise<Buffer> {
  const { readable, controller } = createTarPacker();
  const pieces: Uint8Array[] = [];
  const reading = (async () => {
    for await (const piece of readable) pieces.push(piece);
  })();
  for (const { header, data = new Uint8Array() } of entries) {
    const writer = controller.add({ name: header.name, size: data.length }).getWriter();
    if (data.length > 0) await writer.write(data);
    await writer.close();
  }
  controller.finalize();
  await reading;
  return gzipSync(Buffer.concat(pieces));
}
