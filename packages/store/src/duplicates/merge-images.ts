import type { Contact } from "@roster/domain/contacts/contact.ts";
import { contactColumns } from "../contacts/contact-row.ts";
import type { Db, Tx } from "../open.ts";

/**
 * Keeps what contacts are before a merge: all their rows. Of what is long, events and changes of status, only which they are:
 * the rows themselves go on to the kept one.
 * @param ids the kept one, then the others in order
 */
export async function keepImages(
  tx: Tx,
  tenantId: string,
  mergeId: string,
  ids: readonly string[],
): Promise<void> {
  const rowsOf = (table: string, told = tx`to_jsonb(r)`, owner = "contact_id") => tx`(
    select coalesce(jsonb_agg(${told}), '[]') from ${tx(table)} r
    where r.tenant_id = ${tenantId} and r.${tx(owner)} = c.id)`;
  await tx`
    insert into merged_contacts (tenant_id, merge_id, n, merged_id, contact_id, image)
    select ${tenantId}, ${mergeId}, k.n - 1, c.id, ${ids[0]!}, jsonb_build_object(
      'contact', to_jsonb(c),
      'engagement', (select to_jsonb(e) from engagement e where e.tenant_id = ${tenantId} and e.contact_id = c.id),
      'sends', ${rowsOf("campaign_sends")},
      'lists', ${rowsOf("list_members")},
      'events', ${rowsOf("events", tx`jsonb_build_array(r.at, r.id)`)},
      'statusChanges', ${rowsOf("status_changes", tx`r.id`)},
      'merges', ${rowsOf("contact_merges", tx`r.id`)}
    )
    from unnest(${ids as string[]}::uuid[]) with ordinality as k (id, n)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id`;
}

/** Keeps what the merge made of the kept one, so that its undo knows what somebody changed since. */
export async function keepOutcome(tx: Tx, tenantId: string, mergeId: string): Promise<void> {
  await tx`
    update merged_contacts m set image = m.image || jsonb_build_object(
      'after', to_jsonb(c),
      'listed', (
        select coalesce(jsonb_agg(to_jsonb(l)), '[]') from list_members l
        where l.tenant_id = ${tenantId} and l.contact_id = c.id and not exists (
          select from jsonb_array_elements(m.image -> 'lists') had where (had ->> 'list_id')::uuid = l.list_id)
      )
    )
    from contacts c
    where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0
      and c.tenant_id = ${tenantId} and c.id = m.merged_id`;
}

/** What the kept one was, and what the merge made of it; null where that is not kept any more. */
export async function keptImage(
  sql: Db,
  tenantId: string,
  mergeId: string,
): Promise<{ before: Contact; after: Contact } | null> {
  const image = (name: "contact" | "after") => sql<Contact[]>`
    select ${contactColumns(sql)} from merged_contacts m
    cross join lateral jsonb_populate_record(null::contacts, m.image -> ${name}::text) c
    where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0 and m.image is not null`;
  const [before] = await image("contact");
  const [after] = await image("after");
  return before === undefined || after === undefined ? null : { before, after };
}

/** What the others were, in their order; without those whose image is gone. */
export async function mergedImages(sql: Db, tenantId: string, mergeId: string): Promise<Contact[]> {
  return sql<Contact[]>`
    select ${contactColumns(sql)} from merged_contacts m
    cross join lateral jsonb_populate_record(null::contacts, m.image -> 'contact') c
    where m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n > 0 and m.image is not null
    order by m.n`;
}
