import type { Plan } from "@roster/domain/accounts/plan.ts";
import type { Db, Tx } from "../open.ts";

/** What a key opens, and what its account's plan allows. */
export type KeyRecord = Omit<Plan, "name"> & {
  id: string;
  accountId: string;
  tenantId: string;
  tenantSlug: string;
  scopes: string[];
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/** A key as a list shows it: never the key itself. */
export type ListedKey = {
  id: string;
  tenantId: string;
  tenantSlug: string;
  beginning: string;
  name: string | null;
  scopes: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
};

/** The key with this hash, if it is neither revoked nor expired. */
export async function keyByHash(sql: Db, secretHash: Uint8Array): Promise<KeyRecord | null> {
  const [row] = await sql<KeyRecord[]>`
    select k.id, k.account_id, k.tenant_id, t.slug as tenant_slug, k.scopes, k.expires_at, k.last_used_at,
      p.contact_limit, p.bulk_import, p.requests_per_minute
    from keys k join tenants t on t.id = k.tenant_id join accounts a on a.id = k.account_id
    join plans p on p.name = a.plan
    where k.secret_hash = ${secretHash as Buffer} and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > now())`;
  return row ?? null;
}

/** Notes that a key is in use, unless that was noted within the last minute. */
export async function noteKeyUse(sql: Db, { tenantId, id }: { tenantId: string; id: string }): Promise<void> {
  await sql`
    update keys set last_used_at = now() where tenant_id = ${tenantId} and id = ${id}
      and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
}

export async function insertKey(
  tx: Tx,
  key: {
    id: string;
    accountId: string;
    tenantId: string;
    beginning: string;
    secretHash: Uint8Array;
    scopes: readonly string[];
    name: string | null;
    expiresAt: Date | null;
  },
): Promise<void> {
  await tx`
    insert into keys (tenant_id, id, account_id, beginning, secret_hash, scopes, name, expires_at)
    values (${key.tenantId}, ${key.id}, ${key.accountId}, ${key.beginning}, ${key.secretHash as Buffer},
      ${key.scopes as string[]}::text[], ${key.name}, ${key.expiresAt})`;
}

const columns = (sql: Db) => sql`
  k.id, k.tenant_id, t.slug as tenant_slug, k.beginning, k.name, k.scopes, k.created_at, k.last_used_at, k.expires_at,
  k.revoked_at`;

/** The keys of an account, newest first; of one tenant, where one is named. */
export async function keysOfAccount(
  sql: Db,
  accountId: string,
  tenantId: string | null,
): Promise<ListedKey[]> {
  return sql<ListedKey[]>`
    select ${columns(sql)} from tenants t join keys k on k.tenant_id = t.id
    where t.account_id = ${accountId} ${tenantId === null ? sql`` : sql`and t.id = ${tenantId}`}
    order by k.id desc`;
}

/** Takes a key's rights away; one that had lost them keeps its time. @returns null where the account has no such key */
export async function revokeKey(tx: Tx, accountId: string, keyId: string): Promise<ListedKey | null> {
  const [row] = await tx<ListedKey[]>`
    update keys k set revoked_at = coalesce(k.revoked_at, now())
    from tenants t where t.account_id = ${accountId} and k.tenant_id = t.id and k.id = ${keyId}
    returning ${columns(tx)}`;
  return row ?? null;
}
