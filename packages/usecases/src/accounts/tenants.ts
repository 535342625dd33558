import type { AccountScope } from "@roster/domain/accounts/scope.ts";
import { parseSlug } from "@roster/domain/accounts/slug.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { isStorable } from "@roster/domain/text/text.ts";
import { lockAccounts } from "@roster/store/accounts/accounts.ts";
import {
  insertTenant,
  setTenantSlug,
  type TenantSummary,
  tenantOf,
  tenantsOfAccount,
} from "@roster/store/accounts/tenants.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import { requireScope } from "./authentication.ts";

export type Tenant = { id: string; slug: string };

/** @throws Refused missing_scope, invalid (the slug), name_taken */
export async function createTenant(
  deps: Deps,
  scope: AccountScope,
  { slug }: { slug: string },
): Promise<Tenant> {
  requireScope(scope, "admin");
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    await requireFree(tx, scope, slug);
    return newTenant(deps, tx, scope.accountId, slug);
  });
}

/** Every tenant of the account with what is in it, by its slug. @throws Refused missing_scope */
export async function listTenants(deps: Deps, scope: AccountScope): Promise<TenantSummary[]> {
  requireScope(scope, "admin");
  return tenantsOfAccount(deps.sql, scope.accountId);
}

/**
 * Gives a tenant another slug; its id, keys and contacts stay. Whoever names it by the old slug is told that there is none.
 * @param input.tenant its UUID or its present slug
 * @throws Refused missing_scope, not_found, invalid (the slug), name_taken
 */
export async function renameTenant(
  deps: Deps,
  scope: AccountScope,
  { tenant, slug }: { tenant: string; slug: string },
): Promise<Tenant> {
  requireScope(scope, "admin");
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    const { id, slug: former } = await namedTenant(tx, scope, tenant);
    if (former !== slug) {
      await requireFree(tx, scope, slug);
      await setTenantSlug(tx, id, slug);
    }
    return { id, slug };
  });
}

/** @throws Refused not_found */
export async function namedTenant(sql: Db, { accountId }: AccountScope, idOrSlug: string): Promise<Tenant> {
  const tenant = isStorable(idOrSlug) ? await tenantOf(sql, accountId, idOrSlug) : null;
  if (tenant === null) throw new Refused({ code: "not_found", what: "tenant" });
  return tenant;
}

/** Under `lockAccounts`. */
export async function newTenant(deps: Deps, tx: Tx, accountId: string, slug: string): Promise<Tenant> {
  requireSlug(slug);
  const id = deps.newId();
  await insertTenant(tx, { id, accountId, slug });
  return { id, slug };
}

async function requireFree(tx: Tx, { accountId }: AccountScope, slug: string): Promise<void> {
  requireSlug(slug);
  if ((await tenantOf(tx, accountId, slug)) === null) return;
  throw new Refused({ code: "name_taken", what: "tenant", name: slug });
}

function requireSlug(slug: string): void {
  const parsed = parseSlug(slug, "tenant");
  if (!parsed.ok) throw new Refused({ code: "invalid", issues: [parsed.issue] });
}
