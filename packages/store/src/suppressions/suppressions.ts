import type { Status } from "@roster/domain/contacts/status.ts";
import { Raced } from "../contacts/contact-write.ts";
import type { Db, Tx } from "../open.ts";

/**
 * What is to be known before a tenant's suppressions are looked up: whether there are any (while there are none, nothing
 * is hashed), and the list's version, for `requireListVersion`.
 */
export async function suppressionList(
  sql: Db,
  tenantId: string,
): Promise<{ some: boolean; version: number }> {
  const [row] = await sql<{ some: boolean; version: number }[]>`
    select suppressions_version as version,
      exists (select from suppressions s where s.tenant_id = t.id) as some
    from tenants t where id = ${tenantId}`;
  return row!;
}

/**
 * Holds a tenant's list until the transaction ends, for whoever suppresses addresses that no contact need have: nobody
 * creates a contact meanwhile, and who looked the addresses up before will look again. To be called before any contact is
 * locked, so that the two cannot wait for each other.
 */
export async function holdList(tx: Tx, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 3))`;
  await tx`update tenants set suppressions_version = suppressions_version + 1 where id = ${tenantId}`;
}

/**
 * Keeps everybody from suppressing addresses until the transaction ends, for whoever gives addresses to contacts.
 * @param version the list's, when the addresses were looked up
 * @throws Raced when addresses were suppressed since
 */
export async function requireListVersion(tx: Tx, tenantId: string, version: number): Promise<void> {
  // Two statements: the second one must see what was written while the first one waited.
  const [, [row]] = await Promise.all([
    tx`select pg_advisory_xact_lock_shared(hashtextextended(${tenantId}, 3))`,
    tx`select suppressions_version as version from tenants where id = ${tenantId}`,
  ]);
  if (row!.version !== version) throw new Raced();
}

/** Whether this installation keeps any suppression, and what it knows of the key of their hashes. */
export async function suppressionKeyUse(sql: Db): Promise<{ some: boolean; check: Buffer | null }> {
  const [row] = await sql<{ some: boolean; check: Buffer | null }[]>`
    select exists (select from suppressions) as some, suppression_key_check as check from installation`;
  return row!;
}

/** Says which key the hashes are made with from now on; unless there are some already, whose key is known. */
export async function setSuppressionKeyCheck(sql: Db, check: Uint8Array): Promise<void> {
  await sql`
    update installation set suppression_key_check = ${check as Buffer}
    where suppression_key_check is distinct from ${check as Buffer}
      and (suppression_key_check is null or not exists (select from suppressions))`;
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

/** An entry to be made. Its id is that of the list, a UUIDv7, unless the address is on the list already. */
export type NewSuppression = {
  id: string;
  hash: Uint8Array;
  keyVersion: number;
  status: Status;
  reason: string;
  source: string | null;
};

/**
 * Sets suppressions, in the order of their hashes. An entry that is there becomes the stricter of the two, and tells why it
 * is what it is now; that somebody asked to be forgotten is never forgotten.
 */
export async function setSuppressions(
  tx: Tx,
  tenantId: string,
  entries: readonly NewSuppression[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx`
    insert into suppressions as s (tenant_id, id, hash, key_version, status, reason, source)
    select ${tenantId}, id, decode(hash, 'hex'), key_version, status::contact_status, reason, source
    from unnest(
      ${entries.map((entry) => entry.id)}::uuid[],
      ${entries.map((entry) => hex(entry.hash))}::text[], ${entries.map((entry) => entry.keyVersion)}::int2[],
      ${entries.map((entry) => entry.status)}::text[], ${entries.map((entry) => entry.reason)}::text[],
      ${entries.map((entry) => entry.source)}::text[]
    ) as u (id, hash, key_version, status, reason, source)
    order by hash
    on conflict (tenant_id, hash) do update
    set status = greatest(s.status, excluded.status),
      reason = case when s.reason = 'erased' then s.reason else excluded.reason end, source = excluded.source
    where excluded.status > s.status or (excluded.reason = 'erased' and s.reason <> 'erased')
      -- What a merge left is lifted when it is undone: not where somebody else says the same by now.
      or (excluded.status = s.status and s.reason = 'merged')`;
}

/** Makes what merges left of these addresses somebody's own word, which no undo of a merge takes back. */
export async function takeOverMerged(
  tx: Tx,
  tenantId: string,
  hashes: readonly Uint8Array[],
  { reason, source }: Pick<NewSuppression, "reason" | "source">,
): Promise<void> {
  await tx`
    update suppressions set reason = ${reason}, source = ${source}
    where tenant_id = ${tenantId} and hash in ${listed(tx, hashes)} and reason = 'merged'`;
}

/** Lifts what a merge left alone, of these addresses. */
export async function liftMerged(
  tx: Tx,
  tenantId: string,
  mergeId: string,
  hashes: readonly Uint8Array[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx`
    delete from suppressions
    where tenant_id = ${tenantId} and hash in ${listed(tx, hashes)} and reason = 'merged' and source = ${mergeId}`;
}

export async function liftSuppressions(
  tx: Tx,
  tenantId: string,
  hashes: readonly Uint8Array[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx`delete from suppressions where tenant_id = ${tenantId} and hash in ${listed(tx, hashes)}`;
}

function listed(sql: Db, hashes: readonly Uint8Array[]) {
  return sql`(select decode(h, 'hex') from unnest(${hashes.map(hex)}::text[]) h)`;
}

/** For arrays of hashes: postgres.js takes an array of buffers for one buffer. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
