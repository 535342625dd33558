import { formatKey, type KeyPrefix, type Scope } from "@roster/domain/scope.ts";
import {
  firstAccount,
  insertAccount,
  insertKey,
  insertTenant,
  lockAccounts,
  tenantOf,
} from "@roster/store/accounts.ts";
import type { Tx } from "@roster/store/open.ts";
import { keyHash } from "./authentication.ts";
import type { Deps } from "./deps.ts";

/** A new key: the only time that its text can be seen. */
export type NewKey = { key: string; keyId: string; tenantId: string };

/**
 * Makes a key for a tenant of the installation's account. The operator's doing: there is no HTTP key before the first.
 * @param input.tenant the tenant's slug; the tenant is made if it is not there
 */
export async function createKey(
  deps: Deps,
  input: { tenant: string; prefix: KeyPrefix; scopes: readonly Scope[]; name?: string | undefined },
): Promise<NewKey> {
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    const accountId = (await firstAccount(tx))?.id ?? (await newAccount(deps, tx));
    const tenantId =
      (await tenantOf(tx, accountId, input.tenant))?.id ??
      (await newTenant(deps, tx, accountId, input.tenant));
    return newKey(deps, tx, { ...input, accountId, tenantId });
  });
}

/** On an empty database: an account, the tenant `default` and a key that may do everything. Else null. */
export async function createFirstKey(deps: Deps): Promise<NewKey | null> {
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    if ((await firstAccount(tx)) !== null) return null;
    const accountId = await newAccount(deps, tx);
    const tenantId = await newTenant(deps, tx, accountId, "default");
    return newKey(deps, tx, { accountId, tenantId, prefix: "sk", scopes: ["admin"], name: "first key" });
  });
}

async function newAccount(deps: Deps, tx: Tx): Promise<string> {
  const id = deps.newId();
  await insertAccount(tx, { id, name: "default" });
  return id;
}

async function newTenant(deps: Deps, tx: Tx, accountId: string, slug: string): Promise<string> {
  const id = deps.newId();
  await insertTenant(tx, { id, accountId, slug });
  return id;
}

async function newKey(
  deps: Deps,
  tx: Tx,
  input: {
    accountId: string;
    tenantId: string;
    prefix: KeyPrefix;
    scopes: readonly Scope[];
    name?: string | undefined;
  },
): Promise<NewKey> {
  const key = formatKey(input.prefix, deps.random(32));
  const keyId = deps.newId();
  await insertKey(tx, { ...input, id: keyId, secretHash: keyHash(key), name: input.name ?? null });
  return { key, keyId, tenantId: input.tenantId };
}
