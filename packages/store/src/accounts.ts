import type { Db, Tx } from "./open.ts";

export type KeyRecord = {
  id: string;
  accountId: string;
  tenantId: string;
  tenantSlug: string;
  scopes: string[];
  contactLimit: number | null;
  bulkImport: boolean;
};

/** The key with this hash, if it is neither revoked nor expired, with what its account's plan allows. */
export async function keyByHash(sql: Db, secretHash: Uint8Array): Promise<KeyRecord | null> {
  const [row] = await sql<KeyRecord[]>`
    select k.id, k.account_id, k.tenant_id, t.slug as tenant_slug, k.scopes, p.contact_limit, p.bulk_import
    from keys k join tenants t on t.id = k.tenant_id join accounts a on a.id = k.account_id
    join plans p on p.name = a.plan
    where k.secret_hash = ${secretHash as Buffer} and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > now())`;
  return row ?? null;
}

/** A tenant of an account, by its UUID or its slug. */
export async function tenantOf(
  sql: Db,
  accountId: string,
  idOrSlug: string,
): Promise<{ id: string; slug: string } | null> {
  const [row] = await sql<{ id: string; slug: string }[]>`
    select id, slug from tenants where account_id = ${accountId} and (slug = ${idOrSlug} or id::text = ${idOrSlug.toLowerCase()})
    order by (id::text = ${idOrSlug.toLowerCase()}) desc limit 1`;
  return row ?? null;
}

/** Serialises first starts and key creation: two at once must not make two first accounts or one tenant twice. */
export async function lockAccounts(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('roster accounts'))`;
}

/** The oldest account: the one that a single installation works with. */
export async function firstAccount(sql: Db): Promise<{ id: string } | null> {
  const [row] = await sql<{ id: string }[]>`select id from accounts order by created_at, id limit 1`;
  return row ?? null;
}

export async function insertAccount(tx: Tx, account: { id: string; name: string }): Promise<void> {
  await tx`insert into accounts (id, name) values (${account.id}, ${account.name})`;
}

export async function insertTenant(
  tx: Tx,
  tenant: { id: string; accountId: string; slug: string },
): Promise<void> {
  await tx`insert into tenants (id, account_id, slug) values (${tenant.id}, ${tenant.accountId}, ${tenant.slug})`;
}

export async function insertKey(
  tx: Tx,
  key: {
    id: string;
    accountId: string;
    tenantId: string;
    prefix: string;
    secretHash: Uint8Array;
    scopes: readonly string[];
    name: string | null;
  },
): Promise<void> {
  await tx`
    insert into keys (tenant_id, id, account_id, prefix, secret_hash, scopes, name)
    values (${key.tenantId}, ${key.id}, ${key.accountId}, ${key.prefix}, ${key.secretHash as Buffer},
      ${key.scopes as string[]}::text[], ${key.name})`;
}
