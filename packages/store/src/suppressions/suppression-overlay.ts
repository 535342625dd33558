import type { Status } from "@roster/domain/contacts/status.ts";
import type { Db, Tx } from "../open.ts";
import { hex } from "./suppressions.ts";

/** The statuses that a dry run would have given to hashed addresses by now, by the hash in hex; `active` has no entry. */
export async function overlaidStatuses(
  sql: Db,
  tenantId: string,
  jobId: string,
  hashes: readonly Uint8Array[],
): Promise<Map<string, Status>> {
  const rows = await sql<{ hash: Buffer; status: Status }[]>`
    select o.hash, o.status from unnest(${hashes.map(hex)}::text[]) as k (hash)
    join suppression_overlay o
      on o.tenant_id = ${tenantId} and o.job_id = ${jobId} and o.hash = decode(k.hash, 'hex')`;
  return new Map(rows.map(({ hash, status }) => [hash.toString("hex"), status]));
}

/** Keeps what a dry run would have written. */
export async function overlaySuppressions(
  tx: Tx,
  tenantId: string,
  jobId: string,
  entries: readonly (readonly [hash: Uint8Array, status: Status])[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx`
    insert into suppression_overlay (tenant_id, job_id, hash, status)
    select ${tenantId}, ${jobId}, decode(hash, 'hex'), status::contact_status
    from unnest(${entries.map(([hash]) => hex(hash))}::text[], ${entries.map(([, status]) => status)}::text[]) as u (hash, status)
    on conflict (tenant_id, job_id, hash) do update set status = excluded.status`;
}
