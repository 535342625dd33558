import type { Sql } from "@roster/store/open.ts";

/** Who there is and who is at work: not part of what a measurement leaves behind. */
const kept = new Set(["installation", "plans", "accounts", "tenants", "keys", "workers", "pgmigrations"]);

/** Empties every table that a measurement fills, and leaves nothing to be written later. */
export async function emptyTables(sql: Sql): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public'`;
  await sql`truncate ${sql(tables.map(({ name }) => name).filter((name) => !kept.has(name)))}`;
  await sql`checkpoint`;
}

/**
 * The contacts as they are some minutes after they were written: autovacuum has been there, and a checkpoint. Without it
 * the first reader of each page pays for the last writer, and when autovacuum comes is a matter of luck.
 */
export async function settleContacts(sql: Sql): Promise<void> {
  await sql`vacuum (analyze) contacts`;
  await sql`checkpoint`;
}

/** Where the write-ahead log is, in bytes since its beginning. */
export async function walBytes(sql: Sql): Promise<number> {
  const [row] = await sql<[{ bytes: number }]>`
    select (pg_current_wal_insert_lsn() - '0/0')::int8 as bytes`;
  return row.bytes;
}

/** A moment in the order of transactions, for `touchedSince`. */
export async function transactionMark(sql: Sql): Promise<string> {
  const [row] = await sql<[{ mark: string }]>`select pg_current_xact_id()::xid::text as mark`;
  return row.mark;
}

/** How many contacts were written after `mark`, and how many of the others anybody locked since they were written. */
export async function touchedSince(sql: Sql, mark: string): Promise<{ rewritten: number; locked: number }> {
  const [row] = await sql<[{ rewritten: number; locked: number }]>`
    select count(*) filter (where age(xmin) < age(${mark}::text::xid)) as rewritten,
      count(*) filter (where xmax::text <> '0' and age(xmin) >= age(${mark}::text::xid)) as locked
    from contacts`;
  return row;
}
