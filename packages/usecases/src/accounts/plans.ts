import { type Plan, PlanChange } from "@roster/domain/accounts/plan.ts";
import type { AccountScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { contactsOfAccount } from "@roster/store/accounts/plan-room.ts";
import { allPlans, planOfAccount, updatePlan } from "@roster/store/accounts/plans.ts";
import type { Deps } from "../deps.ts";
import { requireScope } from "./authentication.ts";

/** Every plan of the installation and how many accounts have it, the tightest first. */
export function listPlans(deps: Deps): Promise<(Plan & { accounts: number })[]> {
  return allPlans(deps.sql);
}

/**
 * Changes what a plan allows, for all accounts that have it: requests go by it within two seconds.
 * @throws Refused invalid, not_found (the plan)
 */
export async function changePlan(deps: Deps, name: string, change: PlanChange): Promise<Plan> {
  const parsed = PlanChange.safeParse(change);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, code, message }) => ({
      field: path.join("."),
      code,
      message,
    }));
    throw new Refused({ code: "invalid", issues });
  }
  const plan = await deps.sql.begin((tx) => updatePlan(tx, name, parsed.data));
  if (plan === null) throw new Refused({ code: "not_found", what: "plan" });
  return plan;
}

/** The plan of the account, and how many contacts it has of those that it may have. @throws Refused missing_scope */
export async function getPlan(deps: Deps, scope: AccountScope): Promise<Plan & { contacts: number }> {
  requireScope(scope, "admin");
  const plan = await planOfAccount(deps.sql, scope.accountId);
  return { ...plan, contacts: await contactsOfAccount(deps.sql, scope.accountId) };
}
