import { type Engagement, noEngagement } from "@roster/domain/engagement.ts";
import { arrayLiteral } from "./array-literal.ts";
import { columnView, dateAt, uuidAt } from "./binary-columns.ts";
import type { Db, Tx } from "./open.ts";

/** A contact's engagement with how often it was written; 0 where there is none yet. */
export type StoredEngagement = { engagement: Engagement; version: number };

type Column = Uint8Array | null;
type PackedEngagement = { n: number; softBouncedAt: Record<string, string[]> | null } & Record<
  "ids" | "version" | "activity" | Exclude<keyof Engagement, "softBouncedAt" | "activity">,
  Column
>;

/**
 * The engagement of those of these contacts that have any. A column at a time in Postgres' own binary form: row by row, postgres.js
 * spends more on it than all rules together. `offset 0` keeps the planner from reading all of a tenant's: while a table grows its
 * statistics are of when it was small.
 */
export async function engagementOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<Map<string, StoredEngagement>> {
  const [row] = await sql<PackedEngagement[]>`
    select count(*)::int4 as n, string_agg(uuid_send(e.contact_id), '') as ids,
      string_agg(int4send(e.version), '') as version, string_agg(int4send(e.sent), '') as sent,
      string_agg(int4send(e.delivered), '') as delivered, string_agg(int4send(e.opened), '') as opened,
      string_agg(int4send(e.clicked), '') as clicked, string_agg(int4send(e.soft_bounces), '') as soft_bounces,
      jsonb_object_agg(e.contact_id, e.soft_bounced_at) filter (where e.soft_bounced_at is not null) as soft_bounced_at,
      string_agg(timestamptz_send(coalesce(e.first_sent_at, '-infinity')), '') as first_sent_at,
      string_agg(timestamptz_send(coalesce(e.last_sent_at, '-infinity')), '') as last_sent_at,
      string_agg(timestamptz_send(coalesce(e.last_delivered_at, '-infinity')), '') as last_delivered_at,
      string_agg(timestamptz_send(coalesce(e.last_opened_at, '-infinity')), '') as last_opened_at,
      string_agg(timestamptz_send(coalesce(e.last_clicked_at, '-infinity')), '') as last_clicked_at,
      string_agg(timestamptz_send(coalesce(e.last_unsubscribed_at, '-infinity')), '') as last_unsubscribed_at,
      string_agg(timestamptz_send(coalesce(e.last_resubscribed_at, '-infinity')), '') as last_resubscribed_at,
      string_agg(float8send(e.activity), '') as activity,
      string_agg(timestamptz_send(coalesce(e.activity_at, '-infinity')), '') as activity_at
    from unnest(${arrayLiteral(contactIds)}::uuid[]) as k (id)
    cross join lateral (
      select * from engagement where tenant_id = ${tenantId} and contact_id = k.id offset 0
    ) e`;
  return unpacked(row!);
}

function unpacked(packed: PackedEngagement): Map<string, StoredEngagement> {
  const found = new Map<string, StoredEngagement>();
  const ids = Buffer.from(packed.ids ?? []);
  const count = (column: Column) => {
    const view = columnView(column);
    return (row: number) => view.getInt32(row * 4);
  };
  const time = (column: Column) => {
    const view = columnView(column);
    return (row: number) => dateAt(view, row);
  };
  const version = count(packed.version);
  const counts = {
    sent: count(packed.sent),
    delivered: count(packed.delivered),
    opened: count(packed.opened),
    clicked: count(packed.clicked),
    softBounces: count(packed.softBounces),
  };
  const times = {
    firstSentAt: time(packed.firstSentAt),
    lastSentAt: time(packed.lastSentAt),
    lastDeliveredAt: time(packed.lastDeliveredAt),
    lastOpenedAt: time(packed.lastOpenedAt),
    lastClickedAt: time(packed.lastClickedAt),
    lastUnsubscribedAt: time(packed.lastUnsubscribedAt),
    lastResubscribedAt: time(packed.lastResubscribedAt),
    activityAt: time(packed.activityAt),
  };
  const activity = columnView(packed.activity);
  for (let row = 0; row < packed.n; row++) {
    const id = uuidAt(ids, row);
    found.set(id, {
      version: version(row),
      engagement: {
        sent: counts.sent(row),
        delivered: counts.delivered(row),
        opened: counts.opened(row),
        clicked: counts.clicked(row),
        softBounces: counts.softBounces(row),
        softBouncedAt: packed.softBouncedAt?.[id]?.map((at) => new Date(at)) ?? [],
        firstSentAt: times.firstSentAt(row),
        lastSentAt: times.lastSentAt(row),
        lastDeliveredAt: times.lastDeliveredAt(row),
        lastOpenedAt: times.lastOpenedAt(row),
        lastClickedAt: times.lastClickedAt(row),
        lastUnsubscribedAt: times.lastUnsubscribedAt(row),
        lastResubscribedAt: times.lastResubscribedAt(row),
        activity: activity.getFloat64(row * 8),
        activityAt: times.activityAt(row),
      },
    });
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
