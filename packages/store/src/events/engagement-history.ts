import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import { type Engagement, type EngagementHistory, noEngagement } from "@roster/domain/events/engagement.ts";
import type { Db, Tx } from "../open.ts";

/** A contact's engagement with all its campaigns, and how often the engagement was written; null where there is none. */
export type StoredHistory = { history: EngagementHistory; version: number | null };

type EngagementRow = Omit<Engagement, "softBouncedAt"> & {
  contactId: string;
  version: number;
  softBouncedAt: Date[] | null;
};
type SendRow = CampaignSend & { contactId: string; campaignId: string };

const engagementColumns = (sql: Db) => sql`
  e.contact_id, e.version, e.sent, e.delivered, e.opened, e.clicked, e.soft_bounces, e.soft_bounced_at, e.first_sent_at,
  e.last_sent_at, e.last_delivered_at, e.last_opened_at, e.last_clicked_at, e.last_unsubscribed_at,
  e.last_resubscribed_at, e.activity, e.activity_at`;

const sendColumns = (sql: Db) => sql`
  s.contact_id, s.campaign_id, s.campaign_name, s.named_at, s.sent, s.delivered, s.opened, s.clicked, s.bounced, s.bounce,
  s.first_at, s.sent_at, s.delivered_at, s.opened_at, s.clicked_at, s.bounced_at, s.complained_at, s.unsubscribed_at`;

function historyOf(engaged: EngagementRow | undefined, sends: readonly SendRow[]): StoredHistory {
  const campaigns = sends.map(({ contactId: _contact, campaignId, ...send }) => {
    const named = campaignId === "" ? null : campaignId;
    return [named, { ...send, campaignId: named }] as const;
  });
  if (engaged === undefined) {
    return { version: null, history: { engagement: noEngagement, sends: new Map(campaigns) } };
  }
  const { contactId: _contact, version, softBouncedAt, ...rest } = engaged;
  const engagement: Engagement = { ...rest, softBouncedAt: softBouncedAt ?? [] };
  return { version, history: { engagement, sends: new Map(campaigns) } };
}

/** The whole histories of a few contacts, in their order. */
export async function historiesOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<StoredHistory[]> {
  const ids = contactIds as string[];
  const engaged = await sql<EngagementRow[]>`
    select ${engagementColumns(sql)} from engagement e
    where e.tenant_id = ${tenantId} and e.contact_id = any(${ids}::uuid[])`;
  const sends = await sql<SendRow[]>`
    select ${sendColumns(sql)} from campaign_sends s
    where s.tenant_id = ${tenantId} and s.contact_id = any(${ids}::uuid[])`;
  const byContact = Map.groupBy(sends, ({ contactId }) => contactId);
  return ids.map((id) =>
    historyOf(
      engaged.find(({ contactId }) => contactId === id),
      byContact.get(id) ?? [],
    ),
  );
}

/** What the history of the contact that a merge kept was before it. */
export async function imagedHistory(sql: Db, tenantId: string, mergeId: string): Promise<StoredHistory> {
  const image = sql`m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0`;
  const [engaged] = await sql<EngagementRow[]>`
    select ${engagementColumns(sql)} from merged_contacts m
    cross join lateral jsonb_populate_record(null::engagement, m.image -> 'engagement') e
    where ${image} and jsonb_typeof(m.image -> 'engagement') = 'object'`;
  const sends = await sql<SendRow[]>`
    select ${sendColumns(sql)} from merged_contacts m
    cross join lateral jsonb_populate_recordset(null::campaign_sends, m.image -> 'sends') s
    where ${image}`;
  return historyOf(engaged, sends);
}

/** Forgets a contact's campaigns, for whoever writes what they come to now. */
export async function dropSends(tx: Tx, tenantId: string, contactId: string): Promise<void> {
  await tx`delete from campaign_sends where tenant_id = ${tenantId} and contact_id = ${contactId}`;
}

/** Forgets the engagement of a contact that has no history any more. */
export async function dropEngagement(tx: Tx, tenantId: string, contactId: string): Promise<void> {
  await tx`delete from engagement where tenant_id = ${tenantId} and contact_id = ${contactId}`;
}
