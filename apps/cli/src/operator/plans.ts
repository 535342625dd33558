import type { Plan, PlanChange } from "@roster/domain/accounts/plan.ts";
import { changePlan, listPlans } from "@roster/usecases/accounts/plans.ts";
import type { Settings } from "../config.ts";
import { count } from "../text/quantity.ts";
import { textTable } from "../text/text-table.ts";
import { asOperator } from "./operator.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Every plan, one a line. */
export async function showPlans(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const plans = await asOperator(settings, listPlans);
  if (json) return print(JSON.stringify(plans));
  const rows = plans.map((plan) => [...planRow(plan), count(plan.accounts)]);
  print(textTable([[...columns, "accounts"], ...rows], [1, 3, 4]));
}

/** Changes what a plan allows, for all accounts that have it. */
export async function setPlanLimits(
  settings: Settings,
  name: string,
  { json, ...change }: PlanChange & { json?: boolean },
): Promise<void> {
  const plan = await asOperator(settings, (deps) => changePlan(deps, name, change));
  print(json ? JSON.stringify(plan) : textTable([columns, planRow(plan)], [1, 3]));
}

const columns = ["plan", "contacts", "bulk import", "requests/min per key"];

function planRow({ name, contactLimit, bulkImport, requestsPerMinute }: Plan): string[] {
  return [name, limit(contactLimit), bulkImport ? "yes" : "no", limit(requestsPerMinute)];
}

function limit(n: number | null): string {
  return n === null ? "no limit" : count(n);
}
