import { type Engagement, noEngagement } from "@roster/domain/events/engagement.ts";
import type { Db, Fragment, Tx } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { columnReader, type Packed, packedColumns } from "../sql/packed-columns.ts";

/** A contact's engagement with how often it was written; 0 where there is none yet. */
export type StoredEngagement = { engagement: Engagement; version: number };

const columns = {
  contactId: "uuid",
  version: "int4",
  sent: "int4",
  delivered: "int4",
  opened: "int4",
  clicked: "int4",
  softBounces: "int4",
  firstSentAt: "date",
  lastSentAt: "date",
  lastDeliveredAt: "date",
  lastOpenedAt: "date",
  lastClickedAt: "date",
  lastUnsubscribedAt: "date",
  lastResubscribedAt: "date",
  activity: "float8",
  activityAt: "date",
} as const;

type PackedEngagement = Packed<typeof columns> & { softBouncedAt: Record<string, string[]> | null };

/**
 * The engagement of those of these contacts that have any. `offset 0` keeps the planner from reading all of a tenant's: while a
 * table grows its statistics are of when it was small.
 */
export async function engagementOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<Map<string, StoredEngagement>> {
  return packedEngagement(
    sql,
    sql`
      select e.* from unnest(${arrayLiteral(contactIds)}::uuid[]) as k (id)
      cross join lateral (
        select * from engagement where tenant_id = ${tenantId} and contact_id = k.id offset 0
      ) e`,
  );
}

/** @param rows a select of all columns of engagement */
export async function packedEngagement(sql: Db, rows: Fragment): Promise<Map<string, StoredEngagement>> {
  const [row] = await sql<PackedEngagement[]>`
    select ${packedColumns(sql, columns)},
      jsonb_object_agg(contact_id, soft_bounced_at) filter (where soft_bounced_at is not null) as soft_bounced_at
    from (${rows}) e`;
  const { n, softBouncedAt } = row!;
  const { contactId, version, ...read } = columnReader(row!, columns);
  const found = new Map<string, StoredEngagement>();
  for (let row = 0; row < n; row++) {
    const id = contactId(row);
    const engagement = {
      sent: read.sent(row),
      delivered: read.delivered(row),
      opened: read.opened(row),
      clicked: read.clicked(row),
      softBounces: read.softBounces(row),
      softBouncedAt: softBouncedAt?.[id]?.map((at) => new Date(at)) ?? [],
      firstSentAt: read.firstSentAt(row),
      lastSentAt: read.lastSentAt(row),
      lastDeliveredAt: read.lastDeliveredAt(row),
      lastOpenedAt: read.lastOpenedAt(row),
      lastClickedAt: read.lastClickedAt(row),
      lastUnsubscribedAt: read.lastUnsubscribedAt(row),
      lastResubscribedAt: read.lastResubscribedAt(row),
      activity: read.activity(row),
      activityAt: read.activityAt(row),
    };
    found.set(id, { version: version(row), engagement });
  }
  return found;
}

/** One contact's engagement. */
export async function contactEngagement(sql: Db, tenantId: string, contactId: string): Promise<Engagement> {
  return (await engagementOf(sql, tenantId, [contactId])).get(contactId)?.engagement ?? noEngagement;
}

/**
 * Locks the engagement of contacts until the transaction ends, in the order of their ids, so that nobody else adds to it;
 * where there is none yet it is made, as version 0.
 */
export async function holdEngagement(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<void> {
  const ids = arrayLiteral(contactIds.toSorted());
  await tx`
    insert into engagement (tenant_id, contact_id, version)
    select ${tenantId}, c.id, 0
    from unnest(${ids}::uuid[]) as k (id) join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
    order by c.id
    on conflict do nothing`;
  await tx`
    select from unnest(${ids}::uuid[]) as k (id)
    join engagement e on e.tenant_id = ${tenantId} and e.contact_id = k.id
    order by e.contact_id for update of e`;
}
