import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { Db, Tx } from "../open.ts";
import type { ReachableContact } from "./contact-read.ts";
import { contactColumns } from "./contact-row.ts";
import type { ContactChange } from "./contact-write.ts";

/** As `reachableContacts`, seen through a dry run's overlay: what it has "written" hides what is stored. */
export async function reachableInOverlay(
  sql: Db,
  tenantId: string,
  keys: { emails: Iterable<string>; externalIds: Iterable<string> },
  jobId: string,
): Promise<ReachableContact[]> {
  const emails = [...keys.emails];
  const externalIds = [...keys.externalIds];
  const stored = await sql<ReachableContact[]>`
    select ${contactColumns(sql)}, false as touched
    from (
      select c.id from unnest(${emails}::text[]) as k (email)
      join contacts c on c.tenant_id = ${tenantId} and c.email = k.email
      union
      select c.id from unnest(${externalIds}::text[]) as k (external_id)
      join contacts c on c.tenant_id = ${tenantId} and c.external_id = k.external_id
    ) found
    join contacts c on c.tenant_id = ${tenantId} and c.id = found.id
    left join contact_overlay o on o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.contact_id = c.id
    where o.contact_id is null`;
  const overlaid = await sql<{ contact: Contact }[]>`
    select o.contact
    from (
      select o.contact_id from unnest(${emails}::text[]) as k (email)
      join contact_overlay o on o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.email = k.email
      union
      select o.contact_id from unnest(${externalIds}::text[]) as k (external_id)
      join contact_overlay o on o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.external_id = k.external_id
    ) found
    join contact_overlay o on o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.contact_id = found.contact_id`;
  return [...stored, ...overlaid.map(({ contact }) => ({ ...contact, touched: true }))];
}

/** Keeps what a dry run would have written. */
export async function writeOverlay(
  tx: Tx,
  tenantId: string,
  jobId: string,
  created: readonly Contact[],
  updated: readonly ContactChange[],
): Promise<void> {
  const contacts = [...updated.map((change) => change.after), ...created];
  if (contacts.length === 0) return;
  await tx`
    insert into contact_overlay (tenant_id, job_id, contact_id, email, external_id, contact)
    select ${tenantId}, ${jobId}, id, email, external_id, contact::jsonb
    from unnest(
      ${contacts.map((c) => c.id)}::uuid[], ${contacts.map((c) => c.email)}::text[],
      ${contacts.map((c) => c.externalId)}::text[], ${contacts.map((c) => JSON.stringify(c))}::text[]
    ) as u (id, email, external_id, contact)
    on conflict (tenant_id, job_id, contact_id) do update
    set email = excluded.email, external_id = excluded.external_id, contact = excluded.contact`;
}

/** Forgets what a dry run would have written, to contacts and to the suppression list. */
export async function dropOverlay(sql: Db, tenantId: string, jobId: string): Promise<void> {
  await sql`delete from contact_overlay where tenant_id = ${tenantId} and job_id = ${jobId}`;
  await sql`delete from suppression_overlay where tenant_id = ${tenantId} and job_id = ${jobId}`;
}
