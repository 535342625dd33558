import { type Engagement, noEngagement } from "@roster/domain/engagement.ts";
import { arrayLiteral, numberArrayLiteral } from "./array-literal.ts";
import type { Db, Tx } from "./open.ts";

/** A contact's engagement with how often it was written; 0 where there is none yet. */
export type StoredEngagement = { engagement: Engagement; version: number };

type EngagementRow = Omit<Engagement, "softBouncedAt"> & {
  contactId: string;
  version: number;
  softBouncedAt: Date[] | null;
};

const columns = (sql: Db) => sql`
  e.contact_id, e.version, e.sent, e.delivered, e.opened, e.clicked, e.soft_bounces, e.soft_bounced_at, e.first_sent_at,
  e.last_sent_at, e.last_delivered_at, e.last_opened_at, e.last_clicked_at, e.last_unsubscribed_at,
  e.last_resubscribed_at, e.activity, e.activity_at`;

function read({ contactId, version, softBouncedAt, ...rest }: EngagementRow): [string, StoredEngagement] {
  return [contactId, { version, engagement: { ...rest, softBouncedAt: softBouncedAt ?? [] } }];
}

/**
 * The engagement of those of these contacts that have any. `offset 0` keeps the planner from reading all of a tenant's: while a
 * table grows its statistics are of when it was small.
 */
export async function engagementOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<Map<string, StoredEngagement>> {
  const rows = await sql<EngagementRow[]>`
    select ${columns(sql)} from unnest(${arrayLiteral(contactIds)}::uuid[]) as k (id)
    cross join lateral (
      select * from engagement where tenant_id = ${tenantId} and contact_id = k.id offset 0
    ) e`;
  return new Map(rows.map(read));
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

/** A contact's engagement as it is to be, and the version that it was made from. */
export type EngagementChange = { contactId: string; engagement: Engagement; from: number };

/**
 * Writes engagement that was made from what was read, in the order of the contacts' ids, and notes that its scores are due.
 * @returns whether it was still that: if not, somebody else added to it or the contact is gone, and the transaction must be
 * rolled back
 */
export async function writeEngagement(
  tx: Tx,
  tenantId: string,
  changes: readonly EngagementChange[],
): Promise<boolean> {
  if (changes.length === 0) return true;
  const sorted = changes.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
  const numbers = (pick: (engagement: Engagement) => number) =>
    numberArrayLiteral(sorted.map(({ engagement }) => pick(engagement)));
  const times = (pick: (engagement: Engagement) => Date | null) =>
    numberArrayLiteral(sorted.map(({ engagement }) => pick(engagement)?.getTime() ?? null));
  const softBouncedAt = sorted.map(({ engagement: { softBouncedAt: at } }) =>
    at.length === 0 ? null : arrayLiteral(at.map((time) => time.toISOString())),
  );
  // Nobody can compare what he inserts with what is not there: whatever the version is afterwards is compared with what it
  // would be if nobody came between.
  const [row] = await tx<{ strangers: number }[]>`
    with given as (
      select * from unnest(
        ${arrayLiteral(sorted.map(({ contactId }) => contactId))}::uuid[],
        ${numberArrayLiteral(sorted.map(({ from }) => from + 1))}::int4[],
        ${numbers((e) => e.sent)}::int4[], ${numbers((e) => e.delivered)}::int4[], ${numbers((e) => e.opened)}::int4[],
        ${numbers((e) => e.clicked)}::int4[], ${numbers((e) => e.softBounces)}::int4[],
        ${arrayLiteral(softBouncedAt)}::text[],
        ${times((e) => e.firstSentAt)}::float8[], ${times((e) => e.lastSentAt)}::float8[],
        ${times((e) => e.lastDeliveredAt)}::float8[], ${times((e) => e.lastOpenedAt)}::float8[],
        ${times((e) => e.lastClickedAt)}::float8[], ${times((e) => e.lastUnsubscribedAt)}::float8[],
        ${times((e) => e.lastResubscribedAt)}::float8[],
        ${numbers((e) => e.activity)}::float8[], ${times((e) => e.activityAt)}::float8[]
      ) as u (contact_id, version, sent, delivered, opened, clicked, soft_bounces, soft_bounced_at, first_sent_at,
        last_sent_at, last_delivered_at, last_opened_at, last_clicked_at, last_unsubscribed_at, last_resubscribed_at,
        activity, activity_at)
    ), written as (
      insert into engagement as e (tenant_id, contact_id, sent, delivered, opened, clicked, soft_bounces,
        soft_bounced_at, first_sent_at, last_sent_at, last_delivered_at, last_opened_at, last_clicked_at,
        last_unsubscribed_at, last_resubscribed_at, activity, activity_at, score_due)
      select ${tenantId}, contact_id, sent, delivered, opened, clicked, soft_bounces, soft_bounced_at::timestamptz[],
        to_timestamp(first_sent_at / 1000), to_timestamp(last_sent_at / 1000), to_timestamp(last_delivered_at / 1000),
        to_timestamp(last_opened_at / 1000), to_timestamp(last_clicked_at / 1000),
        to_timestamp(last_unsubscribed_at / 1000), to_timestamp(last_resubscribed_at / 1000),
        activity, to_timestamp(activity_at / 1000), true
      from given order by contact_id
      on conflict (tenant_id, contact_id) do update set
        version = e.version + 1, sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened,
        clicked = excluded.clicked, soft_bounces = excluded.soft_bounces, soft_bounced_at = excluded.soft_bounced_at,
        first_sent_at = excluded.first_sent_at, last_sent_at = excluded.last_sent_at,
        last_delivered_at = excluded.last_delivered_at, last_opened_at = excluded.last_opened_at,
        last_clicked_at = excluded.last_clicked_at, last_unsubscribed_at = excluded.last_unsubscribed_at,
        last_resubscribed_at = excluded.last_resubscribed_at, activity = excluded.activity,
        activity_at = excluded.activity_at, score_due = true
      returning e.contact_id, e.version
    )
    select count(*) as strangers from written join given using (contact_id) where written.version <> given.version`;
  return row!.strangers === 0;
}
