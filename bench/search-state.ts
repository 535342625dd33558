import type { Sql } from "@roster/store/open.ts";

/** Far behind every place that the feed will reach. */
const endOfTime = "9223372036854775807";

/** Waits until the search index of a tenant has all but the few contacts that a search reads one by one. */
export async function searched(sql: Sql, tenantId: string, contacts: number): Promise<void> {
  for (;;) {
    const [row] = await sql<{ indexed: number }[]>`
      select coalesce(sum(contacts), 0)::int8 as indexed from search_indexes where tenant_id = ${tenantId}`;
    if (row!.indexed >= contacts - 40_000) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Has a tenant's search index count as complete, so that nothing is added to it. */
export async function withoutSearchIndex(sql: Sql, tenantId: string): Promise<void> {
  await sql`
    insert into search_indexes (tenant_id, generation, live, feed_epoch, feed_xid)
    values (${tenantId}, 1, true, 2147483647, ${endOfTime}::text::xid8)`;
}
