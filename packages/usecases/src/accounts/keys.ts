import {
  type AccountScope,
  formatKey,
  type KeyPrefix,
  keyBeginning,
  type Scope,
} from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { lockAccounts } from "@roster/store/accounts/accounts.ts";
import {
  insertKey,
  keysOfAccount,
  type ListedKey,
  revokeKey as revoke,
} from "@roster/store/accounts/keys.ts";
import { tenantOf } from "@roster/store/accounts/tenants.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import { firstOrNewAccount, namedAccount } from "./accounts.ts";
import { keyHash, requireScope } from "./authentication.ts";
import { namedTenant, newTenant } from "./tenants.ts";

export type { ListedKey } from "@roster/store/accounts/keys.ts";

/** A new key: the only time that its text can be seen. */
export type NewKey = { key: string; keyId: string; tenantId: string };

/** What a key is to be. `tenant` is its home: a slug, or where the tenant must be there already, also its UUID. */
export type KeyWish = {
  tenant: string;
  prefix: KeyPrefix;
  scopes: readonly Scope[];
  /** What it is for, in its owner's words. */
  name?: string | undefined;
  /** From then on it is no key any more; left out, it never ends by itself. */
  expiresAt?: Date | undefined;
};

/**
 * Makes a key as the operator does, for there is no HTTP key before the first: the tenant is made if it is not there.
 * @param wish.account its name; left out, the oldest account, made if there is none
 * @throws Refused invalid (the tenant's slug), not_found (the account)
 */
export async function createKey(
  deps: Deps,
  { account, ...wish }: KeyWish & { account?: string | undefined },
): Promise<NewKey> {
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    const { id: accountId } =
      account === undefined ? await firstOrNewAccount(deps, tx) : await namedAccount(tx, account);
    const tenant =
      (await tenantOf(tx, accountId, wish.tenant)) ?? (await newTenant(deps, tx, accountId, wish.tenant));
    return newKey(deps, tx, { ...wish, accountId, tenantId: tenant.id });
  });
}

/** On an empty database: an account, the tenant `default` and a key that may do everything. Else null. */
export async function createFirstKey(deps: Deps): Promise<NewKey | null> {
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    const { id: accountId, isNew } = await firstOrNewAccount(deps, tx);
    if (!isNew) return null;
    const { id: tenantId } = await newTenant(deps, tx, accountId, "default");
    return newKey(deps, tx, { accountId, tenantId, prefix: "sk", scopes: ["admin"], name: "first key" });
  });
}

/** Makes a key for a tenant of the account that is there. @throws Refused missing_scope, not_found (the tenant) */
export async function issueKey(deps: Deps, scope: AccountScope, wish: KeyWish): Promise<NewKey> {
  requireScope(scope, "admin");
  return deps.sql.begin(async (tx) => {
    const { id: tenantId } = await namedTenant(tx, scope, wish.tenant);
    return newKey(deps, tx, { ...wish, accountId: scope.accountId, tenantId });
  });
}

/**
 * The keys of the account, newest first, those that no longer work too.
 * @param query.tenant the UUID or slug of one tenant
 * @throws Refused missing_scope, not_found (the tenant)
 */
export async function listKeys(
  deps: Deps,
  scope: AccountScope,
  { tenant }: { tenant?: string | undefined } = {},
): Promise<ListedKey[]> {
  requireScope(scope, "admin");
  const tenantId = tenant === undefined ? null : (await namedTenant(deps.sql, scope, tenant)).id;
  return keysOfAccount(deps.sql, scope.accountId, tenantId);
}

/**
 * Takes a key's rights away for good: within two seconds no process takes it any more. Twice is as good as once.
 * @throws Refused missing_scope, not_found (the key, also where it is another account's)
 */
export async function revokeKey(deps: Deps, scope: AccountScope, keyId: string): Promise<ListedKey> {
  requireScope(scope, "admin");
  const revoked = isUuid(keyId) ? await deps.sql.begin((tx) => revoke(tx, scope.accountId, keyId)) : null;
  if (revoked === null) throw new Refused({ code: "not_found", what: "key" });
  return revoked;
}

async function newKey(
  deps: Deps,
  tx: Tx,
  wish: Omit<KeyWish, "tenant"> & { accountId: string; tenantId: string },
): Promise<NewKey> {
  const { accountId, tenantId, prefix, scopes, name = null, expiresAt = null } = wish;
  const key = formatKey(prefix, deps.random(32));
  const keyId = deps.newId();
  const kept = { beginning: keyBeginning(key), secretHash: keyHash(key) };
  await insertKey(tx, { id: keyId, accountId, tenantId, scopes, name, expiresAt, ...kept });
  return { key, keyId, tenantId };
}
