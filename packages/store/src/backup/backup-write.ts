import { addEventMonths } from "../events/event-months.ts";
import { enqueueJob } from "../jobs/jobs.ts";
import type { Db, Tx } from "../open.ts";
import { copyIn } from "../sql/copy-in.ts";
import type { BackupTable } from "./backup-schema.ts";

/** Programs of ours that would work on while everything is replaced under them, by the names that they connect with. */
const programs = ["roster api", "roster worker"];

/** Which of our programs are connected to this database. */
export async function connectedPrograms(sql: Db): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name = any(${programs}) order by 1`;
  return rows.map(({ name }) => name);
}

/** What the migrations and the first start of a server leave behind: one row at most where a person could add some. */
const beginnings: Readonly<Record<string, number>> = {
  plans: Number.POSITIVE_INFINITY,
  installation: 1,
  accounts: 1,
  tenants: 1,
  keys: 1,
};

/** The tables that hold more than a first start leaves behind. */
export async function usedTables(tx: Tx, tables: readonly BackupTable[]): Promise<string[]> {
  const used: string[] = [];
  for (const { name } of tables) {
    const most = beginnings[name] ?? 0;
    if (most === Number.POSITIVE_INFINITY) continue;
    const more = await tx`select from ${tx(name)} limit 1 offset ${most}`;
    if (more.count > 0) used.push(name);
  }
  return used;
}

/** Prepares a transaction in which everything is replaced: nobody else sees or writes anything until it ends. */
export async function holdTables(tx: Tx, tables: readonly BackupTable[]): Promise<void> {
  // Whoever hands the backup over may be slow.
  await tx`set local idle_in_transaction_session_timeout = 0`;
  await tx`lock table ${tx(tables.map(({ name }) => name))} in access exclusive mode`;
}

/** Deletes everything, and lets the sequences begin anew; undone where the transaction fails. */
export async function emptyTables(tx: Tx, tables: readonly BackupTable[]): Promise<void> {
  await tx`truncate ${tx(["workers", ...tables.map(({ name }) => name)])} restart identity`;
}

/** Takes in a table's rows, as `tableRows` gave them. */
export async function fillTable(
  tx: Tx,
  { name, columns, months = [] }: BackupTable,
  rows: AsyncIterable<Uint8Array>,
): Promise<void> {
  await addEventMonths(tx, months);
  await copyIn(tx`copy ${tx(name)} (${tx(Object.keys(columns))}) from stdin`, rows);
}

/** Lets sequences go on behind the last number that they gave out. */
export async function setSequences(
  tx: Tx,
  sequences: Readonly<Record<string, number | null>>,
): Promise<void> {
  for (const [name, last] of Object.entries(sequences)) {
    if (last !== null) await tx`select setval(quote_ident(${name})::regclass, ${last}::int8)`;
  }
}

/** Begins an epoch of the change feed: whatever is written from now on stands behind everything that is there. */
export async function beginFeedEpoch(tx: Tx, epoch: number): Promise<void> {
  // Who has the transaction that writes a row by default is in the feed; others only remember a place in it.
  const fed = await tx<{ name: string }[]>`
    select t.relname::text as name
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_class t on t.oid = d.adrelid
    where t.relnamespace = current_schema()::regnamespace and a.attname = 'feed_xid'
      and pg_get_expr(d.adbin, d.adrelid) = 'pg_current_xact_id()'`;
  for (const { name } of fed) {
    await tx`alter table ${tx(name)} alter column feed_epoch set default ${tx.unsafe(String(epoch))}`;
  }
}

/**
 * Queues every job that has not ended. The queue itself is not part of a backup: it knows what runs where, the jobs' rows
 * know what is to be done.
 * @returns how many
 */
export async function enqueueOpenJobs(tx: Tx): Promise<number> {
  const open = await tx<{ tenantId: string; id: string }[]>`
    select tenant_id, id from jobs where state in ('queued', 'running') order by created_at, id`;
  for (const { tenantId, id } of open) await enqueueJob(tx, tenantId, id);
  return open.length;
}

/** Tells the planner what is there now. */
export async function analyzeTables(sql: Db, tables: readonly BackupTable[]): Promise<void> {
  await sql`analyze ${sql(tables.map(({ name }) => name))}`;
}
