import type postgres from "postgres";
import type { Db, Tx } from "../open.ts";
import { addToListCounts } from "./list-members.ts";
import { holdLists } from "./lists.ts";

/** What of a job's is on lists: it may have put contacts on these, and what it took off is kept. */
export type ListedJob = { tenantId: string; jobId: string; lists: readonly string[] };

/** The next contacts whose places on lists a job changed, in the order of their ids. */
export async function listedByJob(
  sql: Db,
  { tenantId, jobId, lists }: ListedJob,
  afterId: string | null,
  limit: number,
): Promise<string[]> {
  const behind = afterId === null ? sql`` : sql`and contact_id > ${afterId}`;
  const rows = await sql<{ contactId: string }[]>`
    (select distinct contact_id from list_members
      where tenant_id = ${tenantId} and list_id = any(${lists as string[]}::uuid[]) and added_job = ${jobId} ${behind}
      order by contact_id limit ${limit})
    union
    (select distinct contact_id from list_removals where tenant_id = ${tenantId} and job_id = ${jobId} ${behind}
      order by contact_id limit ${limit})
    order by contact_id limit ${limit}`;
  return rows.map(({ contactId }) => contactId);
}

/**
 * Takes contacts off the lists that a job put them on, and puts them back on those that it took them off, where the list and the
 * contact are there still.
 * @returns how many of them it had touched in no other way: their places on lists are all that goes back
 */
export async function undoListed(
  tx: Tx,
  { tenantId, jobId, lists }: ListedJob,
  contactIds: readonly string[],
): Promise<number> {
  const ids = contactIds as string[];
  const left = await tx<{ listId: string }[]>`
    select distinct list_id from list_removals
    where tenant_id = ${tenantId} and job_id = ${jobId} and contact_id = any(${ids}::uuid[])`;
  const held = await holdLists(tx, tenantId, [...lists, ...left.map(({ listId }) => listId)]);
  const off = await tx<{ listId: string; n: number }[]>`
    with gone as (
      delete from list_members m using unnest(${ids}::uuid[]) as k (id)
      where m.tenant_id = ${tenantId} and m.list_id = any(${held}::uuid[]) and m.contact_id = k.id
        and m.added_job = ${jobId}
      returning m.list_id
    )
    select list_id, count(*) as n from gone group by list_id`;
  const back = await tx<{ listId: string; n: number }[]>`
    with removed as (
      delete from list_removals r using unnest(${ids}::uuid[]) as k (id)
      where r.tenant_id = ${tenantId} and r.job_id = ${jobId} and r.contact_id = k.id
      returning r.list_id, r.contact_id, r.added_at
    ), present as (
      select r.list_id, c.id, r.added_at from removed r
      join contacts c on c.tenant_id = ${tenantId} and c.id = r.contact_id
      where r.list_id = any(${held}::uuid[])
      order by c.id for key share of c
    ), put as (
      insert into list_members (tenant_id, list_id, contact_id, added_at)
      select ${tenantId}, list_id, id, added_at from present
      on conflict do nothing returning list_id
    )
    select list_id, count(*) as n from put group by list_id`;
  const deltas = new Map<string, number>();
  for (const { listId, n } of off) deltas.set(listId, -n);
  for (const { listId, n } of back) deltas.set(listId, (deltas.get(listId) ?? 0) + n);
  await addToListCounts(tx, tenantId, deltas);
  return countOnlyListed(tx, { tenantId, jobId }, tx`unnest(${ids}::uuid[])`);
}

/** How many contacts a job touched by nothing but their places on lists. */
export async function forecastListed(sql: Db, job: ListedJob): Promise<number> {
  const { tenantId, jobId, lists } = job;
  const listed = sql`(
    select contact_id from list_members
    where tenant_id = ${tenantId} and list_id = any(${lists as string[]}::uuid[]) and added_job = ${jobId}
    union select contact_id from list_removals where tenant_id = ${tenantId} and job_id = ${jobId}
  )`;
  return countOnlyListed(sql, job, listed);
}

async function countOnlyListed(
  sql: Db,
  { tenantId, jobId }: Pick<ListedJob, "tenantId" | "jobId">,
  ids: postgres.PendingQuery<postgres.Row[]>,
): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from ${ids} as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
    where c.created_job is distinct from ${jobId} and not exists (
      select from contact_before b where b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = c.id)`;
  return row!.n;
}
