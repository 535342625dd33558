import type { Db, Sql, Tx } from "./open.ts";

/** A statement was ended because it took longer than it may. */
export class TookTooLong extends Error {}

/**
 * Reads in a transaction each of whose statements has a time limit; inside another one, in a part of that.
 * @throws TookTooLong
 */
export async function withinTime<T>(sql: Db, limitMs: number, read: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return "savepoint" in sql ? await partWithin(sql, limitMs, read) : await allWithin(sql, limitMs, read);
  } catch (error) {
    // query_canceled
    if ((error as { code?: string } | null)?.code === "57014") throw new TookTooLong();
    throw error;
  }
}

async function allWithin<T>(sql: Sql, limitMs: number, read: (tx: Tx) => Promise<T>): Promise<T> {
  return (await sql.begin("read only", async (tx) => {
    await setLimit(tx, `${limitMs}`);
    return read(tx);
  })) as T;
}

/** What was set for the rest comes back; where the part fails, it does so by itself. */
async function partWithin<T>(outer: Tx, limitMs: number, read: (tx: Tx) => Promise<T>): Promise<T> {
  return (await outer.savepoint(async (tx) => {
    const [before] = await tx<{ limit: string }[]>`select current_setting('statement_timeout') as limit`;
    await setLimit(tx, `${limitMs}`);
    const result = await read(tx);
    await setLimit(tx, before!.limit);
    return result;
  })) as T;
}

async function setLimit(tx: Tx, limit: string): Promise<void> {
  await tx`select set_config('statement_timeout', ${limit}, true)`;
}
