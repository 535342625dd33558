import { eventMonths } from "../events/event-months.ts";
import type { Db } from "../open.ts";

/** A table, and of its columns those that are kept, with their types. */
export type BackupTable = {
  name: string;
  columns: Record<string, string>;
  /** Of the table that has a partition for each month, which months; they are to be there before its rows. */
  months?: string[] | undefined;
};

/**
 * What is not part of a backup. The list of migrations is the schema's, not the data's. Workers that were at work are not any
 * more. A mark counts only beside the transaction that wrote it (see `settledRows`), whose number means nothing in another
 * cluster.
 */
const leftOut: { tables: readonly string[]; columns: Readonly<Record<string, readonly string[]>> } = {
  tables: ["migrations", "workers"],
  columns: { contacts: ["row_mark"] },
};

/**
 * The tables of a backup, each behind those that it refers to: whatever the catalog has, so that a new one is never forgotten.
 */
export async function backupTables(sql: Db): Promise<BackupTable[]> {
  const found = await sql<(BackupTable & { refersTo: string[] })[]>`
    select t.relname::text as name, (
      select json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod) order by a.attnum) from pg_attribute a
      where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    ) as columns, array(
      select distinct r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
      where f.conrelid = t.oid and f.contype = 'f' and f.confrelid <> t.oid
    ) as refers_to
    from pg_class t
    where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p') and not t.relispartition and t.relpersistence = 'p'
      and t.relname <> all(${leftOut.tables as string[]})
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = t.oid and d.deptype = 'e')
    order by t.relname`;
  const months = await eventMonths(sql);
  return inFillingOrder(found).map(({ name, columns }) => {
    const kept = Object.entries(columns).filter(([column]) => !leftOut.columns[name]?.includes(column));
    return { name, columns: Object.fromEntries(kept), ...(name === "events" && { months }) };
  });
}

function inFillingOrder<Table extends { name: string; refersTo: string[] }>(
  tables: readonly Table[],
): Table[] {
  const ordered: Table[] = [];
  const placed = new Set<string>();
  let rest = tables;
  while (rest.length > 0) {
    const ready = rest.filter(({ refersTo }) => refersTo.every((name) => placed.has(name)));
    if (ready.length === 0) throw new Error(`tables refer to each other: ${rest.map(({ name }) => name)}`);
    ordered.push(...ready);
    for (const { name } of ready) placed.add(name);
    rest = rest.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}

/** The migrations that a database has seen, in order; none where it has no tables of ours. */
export async function appliedMigrations(sql: Db): Promise<string[]> {
  const [there] = await sql<{ found: boolean }[]>`select to_regclass('migrations') is not null as found`;
  if (!there!.found) return [];
  const rows = await sql<{ name: string }[]>`select name from migrations order by id`;
  return rows.map(({ name }) => name);
}

/** The sequences of tables, each with the last number that it gave out: null before the first. */
export async function sequencesOf(
  sql: Db,
  tables: readonly BackupTable[],
): Promise<Record<string, number | null>> {
  const rows = await sql<{ name: string; last: number | null }[]>`
    select s.relname::text as name, pg_sequence_last_value(s.oid) as last
    from pg_class s
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid
    where s.relkind = 'S' and t.relnamespace = current_schema()::regnamespace
      and t.relname = any(${tables.map(({ name }) => name)})
    order by s.relname`;
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}
