import type { AccountScope } from "@roster/domain/accounts/scope.ts";
import { parseSlug } from "@roster/domain/accounts/slug.ts";
import { Refused } from "@roster/domain/refusal.ts";
import {
  type AccountRecord,
  type AccountSummary,
  accountByName,
  allAccounts,
  firstAccount,
  insertAccount,
  lockAccounts,
  setAccountPlan,
} from "@roster/store/accounts/accounts.ts";
import { planByName } from "@roster/store/accounts/plans.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";

/** What the account of a single installation is called. */
const firstName = "default";

/**
 * The operator's right to an account: whoever reaches the database needs no key.
 * @param account its name; left out, the oldest account
 * @throws Refused not_found (the account)
 */
export async function operatorScope(deps: Deps, account?: string): Promise<AccountScope> {
  const { id } = await namedAccount(deps.sql, account);
  return { accountId: id, granted: ["admin"] };
}

/** @throws Refused invalid (the name), name_taken, not_found (the plan) */
export async function createAccount(
  deps: Deps,
  { name, plan }: { name: string; plan?: string | undefined },
): Promise<AccountRecord> {
  const slug = parseSlug(name, "account");
  if (!slug.ok) throw new Refused({ code: "invalid", issues: [slug.issue] });
  return deps.sql.begin(async (tx) => {
    await lockAccounts(tx);
    if ((await accountByName(tx, name)) !== null) {
      throw new Refused({ code: "name_taken", what: "account", name });
    }
    if (plan !== undefined) await requirePlan(tx, plan);
    await insertAccount(tx, { id: deps.newId(), name, plan });
    return namedAccount(tx, name);
  });
}

/** Every account with what is in it, oldest first. */
export function listAccounts(deps: Deps): Promise<AccountSummary[]> {
  return allAccounts(deps.sql);
}

/**
 * Puts an account under another plan. Requests go by it within two seconds, imports when a worker takes them up the next time.
 * Contacts above its limit stay; only new ones are refused.
 * @param account its name; left out, the oldest account
 * @throws Refused not_found (the account, the plan)
 */
export async function changeAccountPlan(
  deps: Deps,
  { account, plan }: { account?: string | undefined; plan: string },
): Promise<AccountRecord> {
  return deps.sql.begin(async (tx) => {
    const { id, name } = await namedAccount(tx, account);
    await requirePlan(tx, plan);
    await setAccountPlan(tx, id, plan);
    return namedAccount(tx, name);
  });
}

/** The oldest account, made if there is none. Under `lockAccounts`. */
export async function firstOrNewAccount(deps: Deps, tx: Tx): Promise<{ id: string; isNew: boolean }> {
  const first = await firstAccount(tx);
  if (first !== null) return { id: first.id, isNew: false };
  const id = deps.newId();
  await insertAccount(tx, { id, name: firstName });
  return { id, isNew: true };
}

export async function namedAccount(sql: Db, account: string | undefined): Promise<AccountRecord> {
  const found = account === undefined ? await firstAccount(sql) : await accountByName(sql, account);
  if (found === null) throw new Refused({ code: "not_found", what: "account" });
  return found;
}

async function requirePlan(tx: Tx, plan: string): Promise<void> {
  if ((await planByName(tx, plan)) === null) throw new Refused({ code: "not_found", what: "plan" });
}
