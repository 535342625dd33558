import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { CoverageCount } from "@roster/domain/contacts/coverage.ts";
import type { EventType } from "@roster/domain/events/event.ts";
import { contactTotals } from "@roster/store/contacts/contact-counts.ts";
import { coverageOf } from "@roster/store/contacts/coverage.ts";
import { expect } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { addUpCoverage, recountTenant } from "../src/contacts/coverage.ts";
import type { Deps } from "../src/deps.ts";
import { recordEvents } from "../src/events/events.ts";
import { addToList } from "../src/lists/list-members.ts";
import { createList } from "../src/lists/lists.ts";

const now = Date.now();
export const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString();

/** Ann, who is there three times, each with history, and Zoe, who is somebody else. */
export async function threeAnns(deps: Deps, scope: TenantScope) {
  const make = async (...input: Parameters<typeof upsertContact>[2][]) => {
    let id = "";
    for (const each of input) id = (await upsertContact(deps, scope, each)).contact.id;
    return id;
  };
  const ann = await make({
    ...{ email: "ann@x.co", firstName: "Ann", tags: ["a"], locale: "en" },
    attributes: { plan: "pro" },
  });
  const anna = await make(
    {
      ...{ email: "anna@x.co", lastName: "Lee", tags: ["b"], externalId: "crm-7" },
      attributes: { plan: "free", seats: 3 },
    },
    { email: "anna@x.co", status: "unsubscribed" },
    { email: "anna@x.co", status: "active" },
  );
  const old = await make({ email: "old@x.co", phone: "+49 30 123456", locale: "de", tags: ["c"] });
  const zoe = await make({ email: "zoe@x.co", tags: ["z"] });
  const event = (email: string, type: EventType, days: number, campaignId?: string) => ({
    ...{ email, type, at: daysAgo(days) },
    ...(campaignId !== undefined && { campaignId, campaignName: `Letter ${campaignId}` }),
    ...(type === "bounced" && { bounce: "soft" as const }),
  });
  const { failed } = await recordEvents(deps, scope, {
    events: [
      ...[event("ann@x.co", "sent", 20, "c1"), event("ann@x.co", "opened", 19, "c1")],
      ...[event("anna@x.co", "sent", 21, "c1"), event("anna@x.co", "opened", 18, "c1")],
      ...[event("anna@x.co", "clicked", 17, "c2"), event("anna@x.co", "bounced", 9, "c3")],
      ...[event("old@x.co", "bounced", 8, "c3"), event("old@x.co", "opened", 40)],
      event("zoe@x.co", "opened", 3, "c1"),
    ],
  });
  expect(failed).toBe(0);
  const lists: Record<string, string> = {};
  for (const [name, emails] of Object.entries({
    all: ["ann@x.co", "anna@x.co", "zoe@x.co"],
    theirs: ["anna@x.co", "old@x.co"],
    hers: ["ann@x.co"],
  })) {
    lists[name] = (await createList(deps, scope, { name })).id;
    await addToList(deps, scope, lists[name], { emails });
  }
  return { ann, anna, old, zoe, lists };
}

/** What changes although what it says is the same. */
const passing = ["version", "feed_xid", "feed_epoch", "updated_at", "row_mark", "score_due", "activity"];
/** Sums, which are compared by what they come to, and what a deletion or a merge leaves. */
const elsewhere =
  "contact_counts contact_coverage contact_coverage_changes contact_coverage_states list_counts contact_tombstones suppressions contact_merges merged_contacts tenants";

/** All rows of a tenant, by table, without what passes. */
export async function rowsOf({ sql }: Deps, { tenantId }: TenantScope): Promise<Record<string, unknown[]>> {
  const tables = await sql<{ name: string }[]>`
    select c.table_name as name from information_schema.columns c join information_schema.tables using (table_schema, table_name)
    where c.column_name = 'tenant_id' and c.table_schema = current_schema() and table_type = 'BASE TABLE'
      and c.table_name !~ '^events_' and c.table_name <> all(${elsewhere.split(" ")})`;
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const found = await sql<{ row: object }[]>`
      select to_jsonb(t) - ${passing}::text[] as row from ${sql(name)} t where tenant_id = ${tenantId}
      order by (to_jsonb(t) - ${passing}::text[])::text`;
    if (found.length > 0) rows[name] = found.map(({ row }) => row);
  }
  return rows;
}

const shown = (counts: readonly CoverageCount[]) =>
  counts.map(({ kind, key, type, n }) => `${kind} ${key} ${type}: ${n}`).sort();

/** All totals of a tenant, which must equal a count of what they are of. */
export async function expectTotalsTrue(deps: Deps, { tenantId }: TenantScope): Promise<void> {
  const { sql } = deps;
  const statuses = await sql<{ status: string; n: number }[]>`
    select status::text, count(*)::int as n from contacts where tenant_id = ${tenantId} group by 1`;
  const none = { active: 0, unsubscribed: 0, bounced: 0, complained: 0 };
  expect(await contactTotals(sql, tenantId)).toEqual({
    ...none,
    ...Object.fromEntries(statuses.map(({ status, n }) => [status, n])),
  });
  const lists = await sql<{ kept: number; counted: number }[]>`
    select (select coalesce(sum(n), 0)::int from list_counts k where k.tenant_id = l.tenant_id and k.list_id = l.id) as kept,
      (select count(*)::int from list_members m where m.tenant_id = l.tenant_id and m.list_id = l.id) as counted
    from lists l where tenant_id = ${tenantId}`;
  for (const { kept, counted } of lists) expect(kept).toBe(counted);
  await addUpCoverage(deps);
  const kept = shown((await coverageOf(sql, tenantId)).counts);
  await recountTenant(deps, tenantId);
  expect(kept).toEqual(shown((await coverageOf(sql, tenantId)).counts));
}
