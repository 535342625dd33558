import type { Status } from "@roster/domain/status.ts";
import type { Db, Tx } from "./open.ts";

/** Whether a tenant keeps any suppression at all: while it has none, nothing is hashed and nothing looked up. */
export async function hasSuppressions(sql: Db, tenantId: string): Promise<boolean> {
  const [row] = await sql`select exists (select from suppressions where tenant_id = ${tenantId}) as some`;
  return row!.some as boolean;
}

/** Whether this installation keeps any suppression: then it must not run without the key of their hashes. */
export async function anySuppressions(sql: Db): Promise<boolean> {
  const [row] = await sql`select exists (select from suppressions) as some`;
  return row!.some as boolean;
}

/** The statuses that hashed addresses left behind, by the hash in hex. */
export async function suppressedStatuses(
  sql: Db,
  tenantId: string,
  hashes: readonly Uint8Array[],
): Promise<Map<string, Status>> {
  if (hashes.length === 0) return new Map();
  const rows = await sql<{ hash: Buffer; status: Status }[]>`
    select hash, status from suppressions where tenant_id = ${tenantId} and hash in ${listed(sql, hashes)}`;
  return new Map(rows.map((row) => [row.hash.toString("hex"), row.status]));
}

export type SuppressionEntry = {
  hash: Uint8Array;
  keyVersion: number;
  status: Status;
  reason: string;
  source: string | null;
};

/** Sets suppressions, in the order of their hashes; an entry that is there becomes the stricter of the two. */
export async function setSuppressions(
  tx: Tx,
  tenantId: string,
  entries: readonly SuppressionEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx`
    insert into suppressions as s (tenant_id, hash, key_version, status, reason, source)
    select ${tenantId}, decode(hash, 'hex'), key_version, status::contact_status, reason, source
    from unnest(
      ${entries.map((entry) => hex(entry.hash))}::text[], ${entries.map((entry) => entry.keyVersion)}::int2[],
      ${entries.map((entry) => entry.status)}::text[], ${entries.map((entry) => entry.reason)}::text[],
      ${entries.map((entry) => entry.source)}::text[]
    ) as u (hash, key_version, status, reason, source)
    order by hash
    on conflict (tenant_id, hash) do update set status = greatest(s.status, excluded.status)`;
}

export async function liftSuppressions(
  tx: Tx,
  tenantId: string,
  hashes: readonly Uint8Array[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx`delete from suppressions where tenant_id = ${tenantId} and hash in ${listed(tx, hashes)}`;
}

/** As hex: postgres.js takes an array of buffers for one buffer. */
function listed(sql: Db, hashes: readonly Uint8Array[]) {
  return sql`(select decode(h, 'hex') from unnest(${hashes.map(hex)}::text[]) h)`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
