import type { Db, Tx } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";

/** Slots per list, as of `contact_counts`: imports onto one list run side by side. */
const slots = 32;

/** The exact number of contacts on a list. */
export async function memberTotal(sql: Db, tenantId: string, listId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select coalesce(sum(n), 0)::int8 as n from list_counts where tenant_id = ${tenantId} and list_id = ${listId}`;
  return row!.n;
}

/** Adds to the totals of lists. Call it late in a transaction: the slots' rows stay locked until the end. */
export async function addToListCounts(
  tx: Tx,
  tenantId: string,
  deltas: ReadonlyMap<string, number>,
): Promise<void> {
  const changes = [...deltas].filter(([, n]) => n !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (changes.length === 0) return;
  const slot = Math.floor(Math.random() * slots);
  await tx`
    insert into list_counts as k (tenant_id, list_id, slot, n)
    select ${tenantId}, list_id, ${slot}, n
    from unnest(${changes.map(([id]) => id)}::uuid[], ${changes.map(([, n]) => n)}::int8[]) as d (list_id, n)
    on conflict (tenant_id, list_id, slot) do update set n = k.n + excluded.n`;
}

/**
 * Puts contacts that this very transaction has created on a list: nobody else can know of them. The caller holds the list, and
 * adds to its total.
 */
export async function listCreated(
  tx: Tx,
  tenantId: string,
  listId: string,
  contactIds: readonly string[],
  jobId: string | null,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx`
    insert into list_members (tenant_id, list_id, contact_id, added_job)
    select ${tenantId}, ${listId}, k.id, ${jobId}
    from unnest(${arrayLiteral(contactIds.toSorted())}::uuid[]) as k (id)`;
}

/**
 * Puts contacts on a list; whoever is not there is left out. Each that comes on is locked against deletion until the transaction
 * ends. The caller holds the list, and adds to its total.
 * @returns those who were not on it
 */
export async function listPresent(
  tx: Tx,
  tenantId: string,
  listId: string,
  contactIds: readonly string[],
  jobId: string | null,
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  // In the order of the ids, so that two who add the same contacts wait for each other in one order.
  const added = await tx<{ contactId: string }[]>`
    with present as (
      select c.id from unnest(${arrayLiteral(contactIds.toSorted())}::uuid[]) as k (id)
      join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
      where not exists (
        select from list_members m where m.tenant_id = ${tenantId} and m.list_id = ${listId} and m.contact_id = k.id)
      order by c.id for key share of c
    )
    insert into list_members (tenant_id, list_id, contact_id, added_job)
    select ${tenantId}, ${listId}, id, ${jobId} from present order by id
    on conflict do nothing
    returning contact_id`;
  return added.map(({ contactId }) => contactId);
}

/** Puts everybody who is on one list on another, new one. The caller adds to its total. @returns how many */
export async function copyMembers(tx: Tx, tenantId: string, from: string, to: string): Promise<number> {
  const copied = await tx`
    with present as (
      select c.id from list_members m join contacts c on c.tenant_id = ${tenantId} and c.id = m.contact_id
      where m.tenant_id = ${tenantId} and m.list_id = ${from}
      order by c.id for key share of c
    )
    insert into list_members (tenant_id, list_id, contact_id)
    select ${tenantId}, ${to}, id from present`;
  return copied.count;
}

/**
 * Takes contacts off a list. The caller adds to its total.
 * @param jobId the job that does so: it keeps them for its undo
 * @returns those who were on it
 */
export async function takeOffList(
  tx: Tx,
  tenantId: string,
  listId: string,
  contactIds: readonly string[],
  jobId: string | null,
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const removed = await tx<{ contactId: string }[]>`
    with locked as (
      select m.contact_id from unnest(${arrayLiteral(contactIds.toSorted())}::uuid[]) as k (id)
      join list_members m on m.tenant_id = ${tenantId} and m.list_id = ${listId} and m.contact_id = k.id
      order by m.contact_id for update of m
    ), removed as (
      delete from list_members m using locked
      where m.tenant_id = ${tenantId} and m.list_id = ${listId} and m.contact_id = locked.contact_id
      returning m.contact_id, m.added_at
    ), kept as (
      insert into list_removals (tenant_id, job_id, list_id, contact_id, added_at)
      select ${tenantId}, ${jobId}, ${listId}, contact_id, added_at from removed where ${jobId}::uuid is not null
      on conflict do nothing
    )
    select contact_id from removed`;
  return removed.map(({ contactId }) => contactId);
}

/** Takes contacts that are being deleted off every list, and out of what undos keep. The contacts are locked. */
export async function forgetMembers(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<void> {
  const rows = await tx<{ listId: string; n: number }[]>`
    with gone as (
      delete from list_members m using unnest(${contactIds as string[]}::uuid[]) as k (id)
      where m.tenant_id = ${tenantId} and m.contact_id = k.id
      returning m.list_id
    )
    select list_id, count(*) as n from gone group by list_id`;
  await tx`
    delete from list_removals r using jobs j, unnest(${contactIds as string[]}::uuid[]) as k (id)
    where j.tenant_id = ${tenantId} and j.undoable
      and r.tenant_id = ${tenantId} and r.job_id = j.id and r.contact_id = k.id`;
  await addToListCounts(tx, tenantId, new Map(rows.map(({ listId, n }) => [listId, -n])));
}
