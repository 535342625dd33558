import { Fenced, type Lease } from "../jobs/jobs.ts";
import type { Db, Tx } from "../open.ts";

/** How many contacts all tenants of an account have together. */
export async function contactsOfAccount(sql: Db, accountId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select coalesce(sum(n), 0)::int8 as n from contact_counts
    where tenant_id in (select id from tenants where account_id = ${accountId})`;
  return row!.n;
}

/**
 * Whether `added` more contacts fit into an account's plan, beside those for which imports keep room. Holds the account
 * until the transaction ends, so that two writers cannot both take the last place; accounts without a limit never come here.
 * @param jobId the import that adds them, if one does: its own room is for them
 */
export async function planHasRoom(
  tx: Tx,
  accountId: string,
  limit: number,
  added: number,
  jobId: string | null,
): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${accountId}, 1))`;
  const [kept] = await tx<{ n: number }[]>`
    select coalesce(sum(room), 0)::int8 as n from jobs
    where tenant_id in (select id from tenants where account_id = ${accountId}) and finished_at is null
      and id is distinct from ${jobId}::uuid`;
  return (await contactsOfAccount(tx, accountId)) + kept!.n + added <= limit;
}

/**
 * Notes what an import is going to create, and with that keeps room for it; each batch takes from it what it creates.
 * @param contacts null while they are still being counted
 * @throws Fenced when somebody else holds the job, or it was ended
 */
export async function keepRoom(tx: Tx, lease: Lease, contacts: number | null): Promise<void> {
  const kept = await tx`
    update jobs set room = ${contacts}, heartbeat_at = now()
    where tenant_id = ${lease.tenantId} and id = ${lease.jobId} and epoch = ${lease.epoch} and state = 'running'`;
  if (kept.count === 0) throw new Fenced();
}
