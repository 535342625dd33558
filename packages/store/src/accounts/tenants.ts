import type { Db, Tx } from "../open.ts";

export type TenantRecord = { id: string; slug: string; createdAt: Date };

/** A tenant with what is in it. */
export type TenantSummary = TenantRecord & { contacts: number; keys: number };

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

/** Every tenant of an account, by its slug; `keys` are those that work. */
export async function tenantsOfAccount(sql: Db, accountId: string): Promise<TenantSummary[]> {
  return sql<TenantSummary[]>`
    select t.id, t.slug, t.created_at,
      (select coalesce(sum(c.n), 0)::int8 from contact_counts c where c.tenant_id = t.id) as contacts,
      (select count(*) from keys k where k.tenant_id = t.id and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > now())) as keys
    from tenants t where t.account_id = ${accountId} order by t.slug`;
}

export async function insertTenant(
  tx: Tx,
  tenant: { id: string; accountId: string; slug: string },
): Promise<void> {
  await tx`insert into tenants (id, account_id, slug) values (${tenant.id}, ${tenant.accountId}, ${tenant.slug})`;
}

export async function setTenantSlug(tx: Tx, tenantId: string, slug: string): Promise<void> {
  await tx`update tenants set slug = ${slug} where id = ${tenantId}`;
}

/** What a tenant has set for itself, as it was stored. @param lock whether nobody else may set anything until the transaction ends */
export async function tenantSettings(
  sql: Db,
  tenantId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<Record<string, unknown>> {
  const [row] = await sql<{ settings: Record<string, unknown> }[]>`
    select settings from tenants where id = ${tenantId} ${lock ? sql`for no key update` : sql``}`;
  return row?.settings ?? {};
}

export async function setTenantSettings(tx: Tx, tenantId: string, settings: object): Promise<void> {
  await tx`update tenants set settings = ${tx.json(settings as never)} where id = ${tenantId}`;
}
