import type { Db, Sql } from "../open.ts";

const day = 86_400_000;

/** The months of these times, as the partitions of `events` are named, each once. Months are those of UTC. */
function monthsOf(times: Iterable<Date>): Set<string> {
  // Most events of a batch are of few days, and a day is found in a tenth of the time in which a month is written.
  const days = new Set<number>();
  for (const at of times) days.add(Math.floor(+at / day));
  return new Set([...days].map((n) => new Date(n * day).toISOString().slice(0, 7)));
}

const tableOf = (month: string) => `events_${month.replace("-", "_")}`;

/** The first moment of a month and of the one behind it. */
function bordersOf(month: string): [from: string, to: string] {
  const from = new Date(`${month}-01T00:00:00Z`);
  return [
    from.toISOString(),
    new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1)).toISOString(),
  ];
}

/** The months that there are partitions for, as `2026-04`, in order. */
export async function eventMonths(sql: Db): Promise<string[]> {
  const rows = await sql<{ month: string }[]>`
    select replace(substr(t.relname, 8), '_', '-') as month
    from pg_inherits i join pg_class t on t.oid = i.inhrelid
    where i.inhparent = to_regclass('events') order by 1`;
  return rows.map(({ month }) => month);
}

/** Sees to it that there is a partition for each of these times. Cheap where there is: it only looks. */
export async function makeEventMonths(sql: Sql, times: Iterable<Date>): Promise<void> {
  const wanted = monthsOf(times);
  if (wanted.size === 0) return;
  const there = new Set(await eventMonths(sql));
  const missing = [...wanted].filter((month) => !there.has(month));
  if (missing.length === 0) return;
  await sql.begin(async (tx) => {
    // Several may find the same month missing. The key is any number that nobody else uses.
    await tx`select pg_advisory_xact_lock(hashtext('event months'))`;
    await addEventMonths(tx, missing);
  });
}

/** Adds partitions that are not there yet; whoever calls it lets nobody else do so meanwhile. */
export async function addEventMonths(tx: Db, months: readonly string[]): Promise<void> {
  const there = new Set(await eventMonths(tx));
  for (const month of months) {
    if (there.has(month)) continue;
    const [from, to] = bordersOf(month);
    const table = tableOf(month);
    // Made apart and then attached: to create it in its place would shut everybody else out of all months.
    await tx`create table ${tx(table)} (like events including all)`;
    await tx`
      alter table events attach partition ${tx(table)} for values from (${tx.unsafe(`'${from}'`)}) to (${tx.unsafe(`'${to}'`)})`;
  }
}

/**
 * Drops the months that ended before a time: in one go, where deleting rows would take hours.
 * @returns which
 */
export async function dropEventMonths(sql: Sql, before: Date): Promise<string[]> {
  const old = (await eventMonths(sql)).filter((month) => new Date(bordersOf(month)[1]) <= before);
  for (const month of old) {
    await sql.begin(async (tx) => {
      // Whoever has to wait here makes all others wait: better to try again tomorrow.
      await tx`set local lock_timeout = '1s'`;
      await tx`drop table if exists ${tx(tableOf(month))}`;
    });
  }
  return old;
}
