import type { Sql, Tx } from "./open.ts";

/** A statement was ended because it took longer than it may. */
export class TookTooLong extends Error {}

/**
 * Reads in a transaction each of whose statements has a time limit.
 * @throws TookTooLong
 */
export async function withinTime<T>(sql: Sql, limitMs: number, read: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return (await sql.begin("read only", async (tx) => {
      await tx`select set_config('statement_timeout', ${`${limitMs}`}, true)`;
      return read(tx);
    })) as T;
  } catch (error) {
    // query_canceled
    if ((error as { code?: string } | null)?.code === "57014") throw new TookTooLong();
    throw error;
  }
}
