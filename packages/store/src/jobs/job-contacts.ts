import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { BulkSubject } from "@roster/domain/jobs/bulk-change.ts";
import { contactColumns } from "../contacts/contact-row.ts";
import { type ContactConditions, contactSource, contactWhere } from "../contacts/contact-where.ts";
import type { Db, Tx } from "../open.ts";

/** Keeps a part of the ids that a job was given. @param afterN how many of them are kept already */
export async function insertJobContacts(
  tx: Tx,
  tenantId: string,
  jobId: string,
  afterN: number,
  subjects: readonly BulkSubject[],
): Promise<void> {
  if (subjects.length === 0) return;
  // postgres.js takes a list of booleans for one boolean.
  await tx`
    insert into job_contacts (tenant_id, job_id, n, given, contact_id, repeat)
    select ${tenantId}, ${jobId}, ${afterN}::int8 + n, given, contact_id, repeat = 1
    from unnest(
      ${subjects.map(({ given, contactId }) => (given === contactId ? null : given))}::text[],
      ${subjects.map(({ contactId }) => contactId)}::uuid[], ${subjects.map(({ repeat }) => Number(repeat))}::int4[]
    ) with ordinality as u (given, contact_id, repeat, n)`;
}

/** The next ids of a job's list, in its order. */
export async function listedIds(
  sql: Db,
  tenantId: string,
  jobId: string,
  afterN: number,
  limit: number,
): Promise<BulkSubject[]> {
  return sql<BulkSubject[]>`
    select coalesce(given, contact_id::text) as given, contact_id, repeat from job_contacts
    where tenant_id = ${tenantId} and job_id = ${jobId} and n > ${afterN}
    order by n limit ${limit}`;
}

/** Which of the contacts that match a filter: those behind one id, up to another, at most so many. */
export type MatchRange = { afterId: string | null; upToId: string; limit: number | null };

/**
 * The contacts that match a filter, in the order of their ids, as they are now; without locks. The contacts that the job
 * was given to leave out are left out.
 */
export async function matchingContacts(
  sql: Db,
  tenantId: string,
  jobId: string,
  filter: ContactConditions,
  { afterId, upToId, limit }: MatchRange,
): Promise<Contact[]> {
  return sql<Contact[]>`
    select ${contactColumns(sql)} from ${contactSource(sql, filter)}
    where ${contactWhere(sql, tenantId, filter)} and c.id <= ${upToId}
      ${afterId === null ? sql`` : sql`and c.id > ${afterId}`} and ${notLeftOut(sql, tenantId, jobId)}
    order by c.id limit ${limit}`;
}

/**
 * How many contacts a job by filter is about at this moment, and the newest contact of the tenant: those that come later
 * are none of its business. Null where there is none at all.
 */
export async function countSubjects(
  sql: Db,
  tenantId: string,
  jobId: string,
  filter: ContactConditions,
): Promise<{ n: number; newestId: string | null }> {
  const [row] = await sql<{ n: number; newestId: string | null }[]>`
    select count(*) as n, (select id from contacts where tenant_id = ${tenantId} order by id desc limit 1) as newest_id
    from ${contactSource(sql, filter)} where ${contactWhere(sql, tenantId, filter)} and ${notLeftOut(sql, tenantId, jobId)}`;
  return row!;
}

/** As NOT IN, which is hashed once; as an anti join a planner with old statistics may hash the contacts instead. */
function notLeftOut(sql: Db, tenantId: string, jobId: string) {
  return sql`c.id not in (
    select contact_id from job_contacts where tenant_id = ${tenantId} and job_id = ${jobId} and contact_id is not null)`;
}

export async function dropJobContacts(tx: Tx, tenantId: string, jobId: string): Promise<void> {
  await tx`delete from job_contacts where tenant_id = ${tenantId} and job_id = ${jobId}`;
}

/** Drops the lists of jobs that ended more than `keepDays` ago without being completed. @returns how many ids */
export async function sweepJobContacts(sql: Db, keepDays: number): Promise<number> {
  const dropped = await sql`
    delete from job_contacts c using jobs j
    where j.kind = 'bulk' and j.finished_at < now() - ${keepDays} * interval '1 day'
      and c.tenant_id = j.tenant_id and c.job_id = j.id`;
  return dropped.count;
}
