import type { Plan, PlanChange } from "@roster/domain/accounts/plan.ts";
import type { Db, Tx } from "../open.ts";

const columns = (sql: Db) => sql`p.name, p.contact_limit, p.bulk_import, p.requests_per_minute`;

/** Every plan, the tightest first. */
export async function allPlans(sql: Db): Promise<(Plan & { accounts: number })[]> {
  return sql<(Plan & { accounts: number })[]>`
    select ${columns(sql)}, (select count(*) from accounts a where a.plan = p.name) as accounts
    from plans p order by p.contact_limit nulls last, p.bulk_import, p.name`;
}

/** The plan that an account has. */
export async function planOfAccount(sql: Db, accountId: string): Promise<Plan> {
  const [row] = await sql<Plan[]>`
    select ${columns(sql)} from accounts a join plans p on p.name = a.plan where a.id = ${accountId}`;
  return row!;
}

export async function planByName(sql: Db, name: string): Promise<Plan | null> {
  const [row] = await sql<Plan[]>`select ${columns(sql)} from plans p where name = ${name}`;
  return row ?? null;
}

/** Changes what is given of a plan. @returns null where there is no such plan */
export async function updatePlan(tx: Tx, name: string, change: PlanChange): Promise<Plan | null> {
  const { contactLimit, bulkImport, requestsPerMinute } = change;
  const [row] = await tx<Plan[]>`
    update plans p set
      contact_limit = ${contactLimit === undefined ? tx`contact_limit` : contactLimit},
      bulk_import = ${bulkImport === undefined ? tx`bulk_import` : bulkImport},
      requests_per_minute = ${requestsPerMinute === undefined ? tx`requests_per_minute` : requestsPerMinute}
    where name = ${name} returning ${columns(tx)}`;
  return row ?? null;
}
