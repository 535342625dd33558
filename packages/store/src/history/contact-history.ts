import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { StatusChange } from "@roster/domain/contacts/upsert.ts";
import type { ContactChange } from "../contacts/contact-write.ts";
import type { Db, Tx } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** Who changed a status: a key, a job or an event. */
export type ChangeSource = { kind: "key" | "job" | "event"; id: string | null };

/**
 * Keeps changes of status, in order. `ids` are UUIDv7 made in that order.
 * @param source of all of them; its id is that of those that have no `sourceId` of their own
 */
export async function insertStatusChanges(
  tx: Tx,
  tenantId: string,
  changes: readonly (StatusChange & { id: string; sourceId?: string | null })[],
  source: ChangeSource,
  consent: string | null,
): Promise<void> {
  if (changes.length === 0) return;
  await tx`
    insert into status_changes (tenant_id, contact_id, id, from_status, to_status, reason, consent, source_kind, source_id)
    select ${tenantId}, contact_id, id, from_status::contact_status, to_status::contact_status, reason,
      case when reason = 'resubscribed' then ${consent}::text end, ${source.kind},
      coalesce(source_id, ${source.id}::text)
    from unnest(
      ${changes.map((c) => c.contactId)}::uuid[], ${changes.map((c) => c.id)}::uuid[],
      ${changes.map((c) => c.from)}::text[], ${changes.map((c) => c.to)}::text[], ${changes.map((c) => c.reason)}::text[],
      ${changes.map((c) => c.sourceId ?? null)}::text[]
    ) as u (contact_id, id, from_status, to_status, reason, source_id)`;
}

/**
 * Keeps what contacts were before a job first changed them. A contact that the job changes again keeps its first image
 * and moves only `version_after`. A contact that the job itself created has nothing to go back to: its image is null.
 */
export async function insertBeforeImages(
  tx: Tx,
  tenantId: string,
  jobId: string,
  changes: readonly ContactChange[],
): Promise<void> {
  const first: ContactChange[] = [];
  const again: ContactChange[] = [];
  for (const change of changes) (isFirst(change.before) ? first : again).push(change);
  await copyBeforeImages(tx, tenantId, jobId, first);
  if (again.length === 0) return;
  await tx`
    insert into contact_before (tenant_id, job_id, contact_id, before, version_after)
    select ${tenantId}, ${jobId}, contact_id, before, version_after
    from unnest(
      ${arrayLiteral(again.map(({ before }) => before.id))}::uuid[],
      ${arrayLiteral(again.map(({ before }) => imageOf(before, jobId)))}::text[],
      ${numberArrayLiteral(again.map(({ after }) => after.version))}::int4[]
    ) as u (contact_id, before, version_after)
    on conflict (tenant_id, job_id, contact_id) do update set version_after = excluded.version_after`;
}

/** Whether it was read together with the question whether the job had touched it, and had not been. */
function isFirst(before: Contact & { touched?: boolean }): boolean {
  return before.touched === false;
}

function imageOf(before: Contact, jobId: string): string | null {
  return before.createdJob === jobId ? null : JSON.stringify(before);
}

async function copyBeforeImages(
  tx: Tx,
  tenantId: string,
  jobId: string,
  changes: readonly ContactChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const copy = tx`
    copy contact_before (tenant_id, job_id, contact_id, before, version_after) from stdin (format binary)`;
  await copyIn(copy, binaryImages(tenantId, jobId, changes));
}

function* binaryImages(
  tenantId: string,
  jobId: string,
  changes: readonly ContactChange[],
): Generator<Uint8Array> {
  const rows = new BinaryRows(5);
  const tenant = uuidField(tenantId);
  const job = uuidField(jobId);
  for (const { before, after } of changes) {
    rows.begin();
    rows.field(tenant);
    rows.field(job);
    rows.uuid(before.id);
    rows.text(imageOf(before, jobId));
    rows.int4(after.version);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

/**
 * When contacts that are unsubscribed became so. Those whom an event did so are left out: their engagement has the time of
 * that event, which may be told late.
 */
export async function leftAtOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<Map<string, Date>> {
  if (contactIds.length === 0) return new Map();
  const rows = await sql<{ id: string; at: Date }[]>`
    select c.id, coalesce(s.at, c.created_at) as at
    from unnest(${contactIds as string[]}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
    left join lateral (
      select at, source_kind from status_changes s
      where s.tenant_id = ${tenantId} and s.contact_id = c.id and s.to_status = 'unsubscribed'
      order by s.id desc limit 1
    ) s on true
    where s.source_kind is distinct from 'event'`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}
