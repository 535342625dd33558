import type { Db, Sql, Tx } from "../open.ts";

/** A statement was ended because it took longer than it may. */
export class TookTooLong extends Error {}

/** Settings of PostgreSQL by their names. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Reads in a transaction each of whose statements has a time limit; inside another one, in a part of that.
 * @param settings what else holds for these statements alone
 * @throws TookTooLong
 */
export async function withinTime<T>(
  sql: Db,
  limitMs: number,
  read: (tx: Tx) => Promise<T>,
  settings: Settings = {},
): Promise<T> {
  const all = { ...settings, statement_timeout: `${limitMs}` };
  try {
    return "savepoint" in sql ? await partWithin(sql, all, read) : await allWithin(sql, all, read);
  } catch (error) {
    // query_canceled
    if ((error as { code?: string } | null)?.code === "57014") throw new TookTooLong();
    throw error;
  }
}

async function allWithin<T>(sql: Sql, settings: Settings, read: (tx: Tx) => Promise<T>): Promise<T> {
  return (await sql.begin("read only", async (tx) => {
    await set(tx, settings);
    return read(tx);
  })) as T;
}

/** What was set for the rest comes back; where the part fails, it does so by itself. */
async function partWithin<T>(outer: Tx, settings: Settings, read: (tx: Tx) => Promise<T>): Promise<T> {
  return (await outer.savepoint(async (tx) => {
    const before = await tx<{ name: string; value: string }[]>`
      select name, current_setting(name) as value from unnest(${Object.keys(settings)}::text[]) s (name)`;
    await set(tx, settings);
    const result = await read(tx);
    await set(tx, Object.fromEntries(before.map(({ name, value }) => [name, value])));
    return result;
  })) as T;
}

async function set(tx: Tx, settings: Settings): Promise<void> {
  await tx`
    select set_config(name, value, true)
    from unnest(${Object.keys(settings)}::text[], ${Object.values(settings)}::text[]) s (name, value)`;
}
