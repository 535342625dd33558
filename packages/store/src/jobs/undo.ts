import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { UndoSubject } from "@roster/domain/jobs/undo.ts";
import { contactColumns } from "../contacts/contact-row.ts";
import type { Db, Sql, Tx } from "../open.ts";

/**
 * The ids that a job can have made: UUIDv7s begin with the time. An hour on either side for clocks that differ. So the
 * contacts that a job created are found by the primary key, and no import pays for an index that only its undo reads.
 */
function idRange(sql: Db, tenantId: string, jobId: string) {
  return sql`
    c.tenant_id = ${tenantId} and c.created_job = ${jobId}
    and c.id >= (select lpad(to_hex((extract(epoch from coalesce(started_at, created_at)) * 1000)::int8 - 3600000), 12, '0')
      || '00000000000000000000' from jobs where tenant_id = ${tenantId} and id = ${jobId})::uuid
    and c.id < (select lpad(to_hex((extract(epoch from coalesce(finished_at, now())) * 1000)::int8 + 3600000), 12, '0')
      || '00000000000000000000' from jobs where tenant_id = ${tenantId} and id = ${jobId})::uuid`;
}

type SubjectRow = Contact & { beforeImage: Contact | null; versionAfter: number };

const subject = ({ beforeImage, versionAfter, ...contact }: SubjectRow): UndoSubject => ({
  contact,
  before: beforeImage,
  versionAfter,
});

/** The next contacts that a job created, locked, in the order of their ids. */
export async function createdByJob(
  tx: Tx,
  tenantId: string,
  jobId: string,
  afterId: string | null,
  limit: number,
): Promise<UndoSubject[]> {
  const rows = await tx<SubjectRow[]>`
    select ${contactColumns(tx)}, null::jsonb as before_image, coalesce(b.version_after, 1) as version_after
    from contacts c
    left join contact_before b on b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = c.id
    where ${idRange(tx, tenantId, jobId)} ${afterId === null ? tx`` : tx`and c.id > ${afterId}`}
    order by c.id limit ${limit}
    for update of c`;
  return rows.map(subject);
}

/** The next contacts that a job changed and that were there before it, locked, in the order of their ids. */
export async function changedByJob(
  tx: Tx,
  tenantId: string,
  jobId: string,
  afterId: string | null,
  limit: number,
): Promise<UndoSubject[]> {
  const rows = await tx<SubjectRow[]>`
    select ${contactColumns(tx)}, b.before::jsonb as before_image, b.version_after
    from contact_before b join contacts c on c.tenant_id = ${tenantId} and c.id = b.contact_id
    where b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.before is not null
      ${afterId === null ? tx`` : tx`and b.contact_id > ${afterId}`}
    order by b.contact_id limit ${limit}
    for update of c`;
  return rows.map(subject);
}

/** Who holds these emails and externalIds now. */
export async function holdersOf(
  tx: Tx,
  tenantId: string,
  emails: readonly string[],
  externalIds: readonly string[],
): Promise<Contact[]> {
  return tx<Contact[]>`
    select ${contactColumns(tx)} from unnest(${emails as string[]}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email
    union
    select ${contactColumns(tx)} from unnest(${externalIds as string[]}::text[]) as k (external_id)
    join contacts c on c.tenant_id = ${tenantId} and c.external_id = k.external_id`;
}

/** Forgets before-images that have served. */
export async function dropBeforeImages(
  tx: Tx,
  tenantId: string,
  jobId: string,
  contactIds: readonly string[],
): Promise<void> {
  await tx`
    delete from contact_before b using unnest(${contactIds as string[]}::uuid[]) as k (id)
    where b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = k.id`;
}

export type UndoForecast = {
  created: number;
  createdChangedSince: number;
  changed: number;
  changedSince: number;
};

/** How many contacts a job created and changed, and how many of them somebody changed since. */
export async function undoForecast(sql: Db, tenantId: string, jobId: string): Promise<UndoForecast> {
  const [created] = await sql<{ n: number; since: number }[]>`
    select count(*) as n, count(*) filter (where c.version <> coalesce(b.version_after, 1)) as since
    from contacts c
    left join contact_before b on b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = c.id
    where ${idRange(sql, tenantId, jobId)}`;
  const [changed] = await sql<{ n: number; since: number }[]>`
    select count(*) as n, count(*) filter (where c.version <> b.version_after) as since
    from contact_before b join contacts c on c.tenant_id = ${tenantId} and c.id = b.contact_id
    where b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.before is not null`;
  return {
    created: created!.n,
    createdChangedSince: created!.since,
    changed: changed!.n,
    changedSince: changed!.since,
  };
}

/** Says that a job was taken back, once. @returns whether it was not before */
export async function markUndone(
  tx: Tx,
  tenantId: string,
  jobId: string,
  undoneBy: string,
): Promise<boolean> {
  const marked = await tx`
    update jobs set undone_by = ${undoneBy}
    where tenant_id = ${tenantId} and id = ${jobId} and undone_by is null and undoable
      and state in ('completed', 'failed', 'cancelled')`;
  return marked.count === 1;
}

/** Forgets the before-images of jobs that ended more than `keepDays` ago. @returns how many jobs */
export async function expireUndo(sql: Sql, keepDays: number): Promise<number> {
  const old = await sql<{ tenantId: string; id: string }[]>`
    select tenant_id, id from jobs
    where undoable and finished_at < now() - ${keepDays} * interval '1 day'`;
  let expired = 0;
  for (const { tenantId, id } of old) {
    await sql.begin(async (tx) => {
      // Ended still: a job that is tried again goes on keeping images.
      const ended = await tx`
        update jobs set undoable = false
        where tenant_id = ${tenantId} and id = ${id} and undoable and finished_at is not null`;
      if (ended.count === 0) return;
      await tx`delete from contact_before where tenant_id = ${tenantId} and job_id = ${id}`;
      await tx`delete from list_removals where tenant_id = ${tenantId} and job_id = ${id}`;
      expired++;
    });
  }
  return expired;
}
