import type { Contact } from "@roster/domain/contact.ts";
import type { ReachableContact } from "./contact-read.ts";
import { contactColumns } from "./contact-row.ts";
import type { ContactChange } from "./contact-write.ts";
import type { Db, Tx } from "./open.ts";

/** As `reachableContacts`, seen through a dry run's overlay: what it has "written" hides what is stored. */
export async function reachableInOverlay(
  sql: Db,
  tenantId: string,
  emails: readonly string[],
  externalIds: readonly string[],
  jobId: string,
): Promise<ReachableContact[]> {
  const stored = await sql<ReachableContact[]>`
    select ${contactColumns(sql)}, false as touched from contacts c
    where c.tenant_id = ${tenantId}
      and (c.email = any(${emails as string[]}::text[]) or c.external_id = any(${externalIds as string[]}::text[]))
      and not exists (
        select from contact_overlay o where o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.contact_id = c.id
      )`;
  const overlaid = await sql<{ contact: Contact }[]>`
    select o.contact from contact_overlay o
    where o.tenant_id = ${tenantId} and o.job_id = ${jobId}
      and (o.email = any(${emails as string[]}::text[]) or o.external_id = any(${externalIds as string[]}::text[]))`;
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

export async function dropOverlay(sql: Db, tenantId: string, jobId: string): Promise<void> {
  await sql`delete from contact_overlay where tenant_id = ${tenantId} and job_id = ${jobId}`;
}
