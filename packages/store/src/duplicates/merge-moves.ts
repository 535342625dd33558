import type { Contact } from "@roster/domain/contacts/contact.ts";
import { contactColumns } from "../contacts/contact-row.ts";
import { addToListCounts } from "../lists/list-members.ts";
import { holdLists } from "../lists/lists.ts";
import type { Tx } from "../open.ts";

/**
 * Locks contacts that are to become one, or to part, until the transaction ends, in the order of their ids; nobody adds to their
 * history meanwhile. Those that are gone are left out.
 */
export async function lockWhole(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Contact[]> {
  // Nothing less: whoever only holds a contact, to add an event or put it on a list, waits too.
  const contacts = await tx<Contact[]>`
    select ${contactColumns(tx)} from contacts c
    where c.tenant_id = ${tenantId} and c.id = any(${ids as string[]}::uuid[])
    order by c.id for update of c`;
  await tx`
    select from engagement where tenant_id = ${tenantId} and contact_id = any(${ids as string[]}::uuid[])
    order by contact_id for update`;
  return contacts;
}

/** Makes the events and changes of status of contacts those of another one. */
export async function moveHistory(
  tx: Tx,
  tenantId: string,
  from: readonly string[],
  to: string,
): Promise<void> {
  for (const table of ["events", "status_changes"]) {
    await tx`
      update ${tx(table)} set contact_id = ${to}
      where tenant_id = ${tenantId} and contact_id = any(${from as string[]}::uuid[])`;
  }
}

/**
 * Puts a contact on all lists that others are on, since when they are: of several since the earliest. To be called before these are
 * taken off, late in a transaction.
 */
export async function shareLists(
  tx: Tx,
  tenantId: string,
  from: readonly string[],
  to: string,
): Promise<void> {
  const ids = from as string[];
  const lists = await tx<{ listId: string }[]>`
    select distinct list_id from list_members where tenant_id = ${tenantId} and contact_id = any(${ids}::uuid[])`;
  const held = await holdLists(
    tx,
    tenantId,
    lists.map(({ listId }) => listId),
  );
  const added = await tx<{ listId: string }[]>`
    insert into list_members (tenant_id, list_id, contact_id, added_at, added_job)
    select distinct on (list_id) ${tenantId}, list_id, ${to}, added_at, added_job from list_members
    where tenant_id = ${tenantId} and contact_id = any(${ids}::uuid[]) and list_id = any(${held}::uuid[])
    order by list_id, added_at
    on conflict do nothing returning list_id`;
  await addToListCounts(tx, tenantId, new Map(added.map(({ listId }) => [listId, 1])));
}
