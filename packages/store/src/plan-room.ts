import type { Tx } from "./open.ts";

/**
 * Whether `added` more contacts fit into an account's plan. Holds the account until the transaction ends, so that two
 * writers cannot both take the last place; accounts without a limit never come here.
 */
export async function planHasRoom(tx: Tx, accountId: string, limit: number, added: number): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${accountId}, 1))`;
  const [row] = await tx<{ n: number }[]>`
    select coalesce(sum(n), 0)::int8 as n from contact_counts
    where tenant_id in (select id from tenants where account_id = ${accountId})`;
  return row!.n + added <= limit;
}
