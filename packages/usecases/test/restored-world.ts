import { rmSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { backupTables } from "@roster/store/backup/backup-schema.ts";
import type { Sql } from "@roster/store/open.ts";
import { createTestDatabase, makeTestDir, type TestDatabase } from "@roster/store/testing.ts";
import { backUp } from "../src/backup/backup.ts";
import { type Restored, restore } from "../src/backup/restore.ts";
import type { Place } from "./import-world.ts";

export const release = "0.1.0-test";

/** Takes a backup into memory. */
export async function backupOf({ databaseUrl, dataDir }: Place): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const output = new Writable({
    write(piece: Buffer, _, done) {
      pieces.push(piece);
      done();
    },
  });
  await backUp({ databaseUrl, dataDir, release, now: new Date() }, output);
  return Buffer.concat(pieces);
}

/** Restores a backup that comes in pieces, as from a file. */
export async function restoreTo(
  { databaseUrl, dataDir }: Place,
  backup: Uint8Array,
  { replace = false } = {},
): Promise<Restored> {
  const pieces = (function* () {
    for (let at = 0; at < backup.length; at += 65_536) yield backup.subarray(at, at + 65_536);
  })();
  return restore({ databaseUrl, dataDir, replace }, Readable.from(pieces));
}

/** An empty database with a data directory of its own. */
export async function newPlace(
  create: () => Promise<TestDatabase> = createTestDatabase,
): Promise<Place & { drop(): Promise<void> }> {
  const database = await create();
  const dataDir = makeTestDir();
  return {
    databaseUrl: database.url,
    dataDir,
    async drop() {
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** All rows of all tables of a backup as text, each table sorted. */
export async function contentsOf(sql: Sql): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  for (const { name, columns } of await backupTables(sql)) {
    const rows = await sql<{ row: string }[]>`
      select row_to_json(kept)::text as row from (select ${sql(Object.keys(columns))} from ${sql(name)}) kept
      order by 1`;
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}
