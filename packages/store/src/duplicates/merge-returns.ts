import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import type { ContactEvent } from "@roster/domain/events/event.ts";
import { contactColumns } from "../contacts/contact-row.ts";
import { addToListCounts } from "../lists/list-members.ts";
import { holdLists } from "../lists/lists.ts";
import type { Tx } from "../open.ts";

/** A merge that is being undone. */
export type Undone = { tenantId: string; mergeId: string; keptId: string };

/**
 * Makes contacts again that were merged, each with its own id, number and time of creation, and a version that nobody has seen.
 * @param statuses by contact
 */
export async function insertReturned(
  tx: Tx,
  { tenantId, mergeId }: Undone,
  statuses: ReadonlyMap<string, Status>,
): Promise<Contact[]> {
  return tx<Contact[]>`
    with c as (
      insert into contacts (tenant_id, id, number, email, external_id, name, first_name, last_name, phone, locale, tags,
        attributes, status, consent, source, version, created_job, created_at)
      select ${tenantId}, r.id, r.number, r.email, r.external_id, r.name, r.first_name, r.last_name, r.phone, r.locale, r.tags,
        r.attributes, k.status::contact_status, r.consent, r.source, r.version + 1, r.created_job, r.created_at
      from unnest(${[...statuses.keys()]}::uuid[], ${[...statuses.values()]}::text[]) as k (id, status)
      join merged_contacts m
        on m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n > 0 and m.merged_id = k.id
      cross join lateral jsonb_populate_record(null::contacts, m.image -> 'contact') r
      order by r.email
      returning *
    )
    select ${contactColumns(tx)} from c order by c.id`;
}

/** Gives contacts that are there again their events, changes of status, engagement, campaigns and merges back. */
export async function returnHistory(tx: Tx, { tenantId, mergeId, keptId }: Undone): Promise<void> {
  const image = tx`merged_contacts m
    where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n > 0 and m.image is not null`;
  await tx`
    update events e set contact_id = k.id from (
      select m.merged_id as id, (event ->> 0)::timestamptz as at, (event ->> 1)::uuid as event_id
      from (select m.merged_id, jsonb_array_elements(m.image -> 'events') as event from ${image}) m
    ) k
    where e.tenant_id = ${tenantId} and e.contact_id = ${keptId} and e.at = k.at and e.id = k.event_id`;
  await tx`
    update status_changes s set contact_id = k.id from (
      select m.merged_id as id, jsonb_array_elements_text(m.image -> 'statusChanges')::uuid as change_id from ${image}
    ) k
    where s.tenant_id = ${tenantId} and s.contact_id = ${keptId} and s.id = k.change_id`;
  await tx`
    insert into engagement
    select r.* from (select m.image from ${image}) m
    cross join lateral jsonb_populate_record(null::engagement, m.image -> 'engagement') r
    where jsonb_typeof(m.image -> 'engagement') = 'object'`;
  await tx`
    insert into campaign_sends
    select r.* from (select m.image from ${image}) m
    cross join lateral jsonb_populate_recordset(null::campaign_sends, m.image -> 'sends') r`;
  for (const [table, key] of [
    ["contact_merges", "id"],
    ["merged_contacts", "merge_id"],
  ] as const) {
    await tx`
      update ${tx(table)} g set contact_id = k.id from (
        select m.merged_id as id, jsonb_array_elements_text(m.image -> 'merges')::uuid as merge_id from ${image}
      ) k
      where g.tenant_id = ${tenantId} and g.contact_id = ${keptId} and g.${tx(key)} = k.merge_id`;
  }
}

/** The kept one's events that came after the merge: those that are neither its own of before nor went back. */
export async function eventsSince(tx: Tx, { tenantId, mergeId, keptId }: Undone): Promise<ContactEvent[]> {
  return tx<ContactEvent[]>`
    select e.type, e.at, nullif(e.campaign_id, '') as campaign_id, null as campaign_name, e.bounce from events e
    where e.tenant_id = ${tenantId} and e.contact_id = ${keptId} and (e.at, e.id) not in (
      select (own ->> 0)::timestamptz, (own ->> 1)::uuid
      from (
        select jsonb_array_elements(m.image -> 'events') as own from merged_contacts m
        where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0
      ) m
    )
    order by e.at, e.id`;
}

/** Whether the kept one's status changed after the merge; to be asked before the changes of the others go back. */
export async function statusMovedSince(tx: Tx, { tenantId, mergeId, keptId }: Undone): Promise<boolean> {
  const [row] = await tx<{ moved: boolean }[]>`
    select exists (
      select from status_changes s
      where s.tenant_id = ${tenantId} and s.contact_id = ${keptId} and s.reason <> 'merged' and s.id not in (
        select jsonb_array_elements_text(m.image -> 'statusChanges')::uuid from merged_contacts m
        where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.image is not null
      )
    ) as moved`;
  return row!.moved;
}

/**
 * Puts contacts that are there again back on their lists, and takes the kept one off those on which only the merge put it. Late in a
 * transaction. Who was taken off a list since as one with the others is not put back on it.
 * @returns the names of such lists
 */
export async function returnLists(tx: Tx, { tenantId, mergeId, keptId }: Undone): Promise<string[]> {
  const wanted = await tx<{ listId: string; onIt: boolean }[]>`
    select distinct (had ->> 'list_id')::uuid as list_id, exists (
      select from list_members l
      where l.tenant_id = ${tenantId} and l.list_id = (had ->> 'list_id')::uuid and l.contact_id = ${keptId}
    ) as on_it
    from (
      select jsonb_array_elements(m.image -> 'lists') as had from merged_contacts m
      where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n > 0 and m.image is not null
    ) m`;
  const held = new Set(
    await holdLists(
      tx,
      tenantId,
      wanted.map(({ listId }) => listId),
    ),
  );
  const back = wanted.flatMap(({ listId, onIt }) => (onIt && held.has(listId) ? listId : []));
  const left = wanted.flatMap(({ listId, onIt }) => (!onIt && held.has(listId) ? listId : []));
  const put = await tx<{ listId: string; n: number }[]>`
    with put as (
      insert into list_members
      select r.* from merged_contacts m
      cross join lateral jsonb_populate_recordset(null::list_members, m.image -> 'lists') r
      where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n > 0 and m.image is not null
        and r.list_id = any(${back}::uuid[])
      on conflict do nothing returning list_id
    )
    select list_id, count(*) as n from put group by list_id`;
  // Whoever was taken off and put on again since has another time there.
  const off = await tx<{ listId: string }[]>`
    delete from list_members l using merged_contacts m
    cross join lateral jsonb_populate_recordset(null::list_members, m.image -> 'listed') r
    where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0
      and l.tenant_id = ${tenantId} and l.contact_id = ${keptId} and l.list_id = r.list_id and l.added_at = r.added_at
    returning l.list_id`;
  const deltas = new Map(put.map(({ listId, n }) => [listId, n]));
  for (const { listId } of off) deltas.set(listId, (deltas.get(listId) ?? 0) - 1);
  await addToListCounts(tx, tenantId, deltas);
  const names = await tx<{ name: string }[]>`
    select name from lists where tenant_id = ${tenantId} and id = any(${left}::uuid[]) order by name`;
  return names.map(({ name }) => name);
}
