import type { SuppressedStatus, SuppressionEntry } from "@roster/domain/suppressions/suppression-entry.ts";
import type { Db, Tx } from "../open.ts";
import { hex } from "./suppressions.ts";

const columns = (sql: Db) => sql`id, status, reason, source, created_at`;

/** Which entries of the list: those to which everything that is given applies. */
export type SuppressionConditions = {
  status?: SuppressedStatus | undefined;
  reason?: string | undefined;
  source?: string | undefined;
};

/** A page of the list, newest first; one more than `limit` where there are more. */
export async function suppressionPage(
  sql: Db,
  tenantId: string,
  page: SuppressionConditions & { limit: number; beforeId?: string | undefined },
): Promise<SuppressionEntry[]> {
  const { limit, beforeId, status, reason, source } = page;
  return sql<SuppressionEntry[]>`
    select ${columns(sql)} from suppressions
    where tenant_id = ${tenantId}
      ${beforeId === undefined ? sql`` : sql`and id < ${beforeId}`}
      ${status === undefined ? sql`` : sql`and status = ${status}`}
      ${reason === undefined ? sql`` : sql`and reason = ${reason}`}
      ${source === undefined ? sql`` : sql`and source = ${source}`}
    order by id desc limit ${limit + 1}`;
}

/** The entries of hashed addresses, by the hash in hex. */
export async function suppressionsByHash(
  sql: Db,
  tenantId: string,
  hashes: readonly Uint8Array[],
): Promise<Map<string, SuppressionEntry>> {
  if (hashes.length === 0) return new Map();
  const rows = await sql<(SuppressionEntry & { hash: Buffer })[]>`
    select hash, ${columns(sql)} from unnest(${hashes.map(hex)}::text[]) as k (h)
    join suppressions on tenant_id = ${tenantId} and hash = decode(k.h, 'hex')`;
  return new Map(rows.map(({ hash, ...entry }) => [hex(hash), entry]));
}

/** One entry, by its id or its address's hash, for whoever removes it: nobody changes it meanwhile. */
export async function lockSuppression(
  tx: Tx,
  tenantId: string,
  which: { id: string } | { hash: Uint8Array },
): Promise<SuppressionEntry | null> {
  const is = "id" in which ? tx`id = ${which.id}` : tx`hash = decode(${hex(which.hash)}, 'hex')`;
  const [row] = await tx<SuppressionEntry[]>`
    select ${columns(tx)} from suppressions where tenant_id = ${tenantId} and ${is} for update`;
  return row ?? null;
}

export async function deleteSuppression(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx`delete from suppressions where tenant_id = ${tenantId} and id = ${id}`;
}
