import type { StatusChange } from "@roster/domain/upsert.ts";
import type { ContactChange } from "./contact-write.ts";
import type { Tx } from "./open.ts";

/** Who changed a status: a key, a job or an event. */
export type ChangeSource = { kind: "key" | "job" | "event"; id: string | null };

/** Keeps changes of status, in order. `ids` are UUIDv7 made in that order. */
export async function insertStatusChanges(
  tx: Tx,
  tenantId: string,
  changes: readonly (StatusChange & { id: string })[],
  source: ChangeSource,
  consent: string | null,
): Promise<void> {
  if (changes.length === 0) return;
  await tx`
    insert into status_changes (tenant_id, contact_id, id, from_status, to_status, reason, consent, source_kind, source_id)
    select ${tenantId}, contact_id, id, from_status::contact_status, to_status::contact_status, reason,
      case when reason = 'resubscribed' then ${consent}::text end, ${source.kind}, ${source.id}
    from unnest(
      ${changes.map((c) => c.contactId)}::uuid[], ${changes.map((c) => c.id)}::uuid[],
      ${changes.map((c) => c.from)}::text[], ${changes.map((c) => c.to)}::text[], ${changes.map((c) => c.reason)}::text[]
    ) as u (contact_id, id, from_status, to_status, reason)`;
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
  if (changes.length === 0) return;
  await tx`
    insert into contact_before (tenant_id, job_id, contact_id, before, version_after)
    select ${tenantId}, ${jobId}, contact_id, before::jsonb, version_after
    from unnest(
      ${changes.map(({ before }) => before.id)}::uuid[],
      ${changes.map(({ before }) => (before.createdJob === jobId ? null : JSON.stringify(before)))}::text[],
      ${changes.map(({ after }) => after.version)}::int4[]
    ) as u (contact_id, before, version_after)
    on conflict (tenant_id, job_id, contact_id) do update set version_after = excluded.version_after`;
}
