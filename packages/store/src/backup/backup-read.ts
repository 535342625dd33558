import { feedHorizon } from "../contacts/contact-feed.ts";
import type { Sql, Tx } from "../open.ts";
import { appliedMigrations, type BackupTable, backupTables, sequencesOf } from "./backup-schema.ts";

/** The whole database as it was at one moment. */
export type Snapshot = {
  tx: Tx;
  migrations: string[];
  tables: BackupTable[];
  sequences: Record<string, number | null>;
  feedEpoch: number;
};

/**
 * Reads the database as it is now while others go on writing. `sql` is a pool of its own: a reader who fails half-way ends it,
 * because the server would go on sending the rows of a COPY.
 * @returns null where there are no tables of ours
 */
export async function readSnapshot<T>(sql: Sql, read: (snapshot: Snapshot) => Promise<T>): Promise<T | null> {
  if ((await appliedMigrations(sql)).length === 0) return null;
  let failure: { reason: unknown } | null = null;
  const reading = sql.begin("isolation level repeatable read read only", async (tx) => {
    try {
      // Whoever writes the backup down may be slow, and this transaction, having no number, does not hold back the feed.
      await tx`set local idle_in_transaction_session_timeout = 0`;
      const tables = await backupTables(tx);
      // No migration changes a table before it is read.
      await tx`lock table ${tx(tables.map(({ name }) => name))} in access share mode`;
      return await read({
        tx,
        migrations: await appliedMigrations(tx),
        tables,
        sequences: await sequencesOf(tx, tables),
        feedEpoch: (await feedHorizon(tx)).epoch,
      });
    } catch (reason) {
      failure = { reason };
      void sql.end({ timeout: 0 });
      throw reason;
    }
  }) as Promise<T>;
  // Of a connection that we cut ourselves we would only hear that it was cut.
  return reading.catch((error: unknown) => {
    throw failure === null ? error : failure.reason;
  });
}

/** A table's rows as COPY writes them, in pieces of whole rows. */
export async function* tableRows(tx: Tx, { name, columns, months }: BackupTable): AsyncGenerator<Buffer> {
  const kept = tx(Object.keys(columns));
  // A table that has partitions is copied by a query alone.
  const rows = months === undefined ? tx`${tx(name)} (${kept})` : tx`(select ${kept} from ${tx(name)})`;
  yield* await tx`copy ${rows} to stdout`.readable();
}

/**
 * About how large tables are: what a display of progress needs.
 * @returns by table: bytes on disk, and rows where Postgres has an idea of them
 */
export async function tableSizes(
  tx: Tx,
  tables: readonly BackupTable[],
): Promise<Map<string, { bytes: number; rows: number | null }>> {
  const rows = await tx<{ name: string; bytes: number; rows: number }[]>`
    select relname::text as name, (select sum(pg_table_size(relid))::int8 from pg_partition_tree(oid)) as bytes, reltuples::int8 as rows from pg_class
    where relnamespace = current_schema()::regnamespace and relname = any(${tables.map(({ name }) => name)})`;
  return new Map(rows.map(({ name, bytes, rows }) => [name, { bytes, rows: rows < 1 ? null : rows }]));
}
