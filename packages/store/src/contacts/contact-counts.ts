import type { CoverageCount } from "@roster/domain/contacts/coverage.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import type { Db, Tx } from "../open.ts";
import { coverageJson } from "./coverage.ts";

/** Slots per tenant and status: with one row 1,100–1,600 upserts/s, with 32 slots 4,500–6,300. */
const slots = 32;

/** Changes in the number of contacts by status. */
export type CountDeltas = Partial<Record<Status, number>>;

/**
 * Adds to the totals, in one statement: to those by status at once, to coverage when the worker adds it up. Call it late in a
 * transaction: the slot's row stays locked until the end.
 */
export async function addToCounts(
  tx: Tx,
  tenantId: string,
  statuses: CountDeltas,
  coverage: readonly CoverageCount[],
): Promise<void> {
  const changes = Object.entries(statuses).filter(([, n]) => n !== 0);
  if (changes.length === 0 && coverage.length === 0) return;
  changes.sort(([a], [b]) => (a < b ? -1 : 1));
  const slot = Math.floor(Math.random() * slots);
  await tx`
    with covered as (
      insert into contact_coverage_changes (tenant_id, counts)
      select ${tenantId}, ${coverageJson(coverage)}::text::jsonb where ${coverage.length}::int4 > 0
    )
    insert into contact_counts as k (tenant_id, status, slot, n)
    select ${tenantId}, status::contact_status, ${slot}, n
    from unnest(${changes.map(([status]) => status)}::text[], ${changes.map(([, n]) => n)}::int8[]) as d (status, n)
    on conflict (tenant_id, status, slot) do update set n = k.n + excluded.n`;
}

/** The exact number of contacts. */
export async function contactTotal(sql: Db, tenantId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select coalesce(sum(n), 0)::int8 as n from contact_counts where tenant_id = ${tenantId}`;
  return row!.n;
}

/** Counts and samples anew by which keys contacts are found; passes over it while somebody else does. */
export async function analyzeContactKeys(sql: Db): Promise<void> {
  await sql`analyze (skip_locked) contacts (tenant_id, id, email, external_id)`;
}

/** The exact number of contacts by status. */
export async function contactTotals(sql: Db, tenantId: string): Promise<Record<Status, number>> {
  const rows = await sql<{ status: Status; n: number }[]>`
    select status, sum(n)::int8 as n from contact_counts where tenant_id = ${tenantId} group by status`;
  const totals: Record<Status, number> = { active: 0, unsubscribed: 0, bounced: 0, complained: 0 };
  for (const row of rows) totals[row.status] = row.n;
  return totals;
}
