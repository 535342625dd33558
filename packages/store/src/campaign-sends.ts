import { type CampaignSend, sendCounts, sendTimes } from "@roster/domain/campaign-send.ts";
import { arrayLiteral, numberArrayLiteral } from "./array-literal.ts";
import type { Db, Tx } from "./open.ts";

type SendRow = CampaignSend & { contactId: string; campaignId: string };

const columns = (sql: Db) => sql`
  s.contact_id, s.campaign_id, s.campaign_name, s.named_at, s.sent, s.delivered, s.opened, s.clicked, s.bounced, s.bounce,
  s.first_at, s.sent_at, s.delivered_at, s.opened_at, s.clicked_at, s.bounced_at, s.complained_at, s.unsubscribed_at`;

/** '' is how the database keeps the send of events that name no campaign: a key cannot be null. */
const keyOf = (campaignId: string | null) => campaignId ?? "";

function read({ contactId, campaignId, ...rest }: SendRow): CampaignSend {
  return { ...rest, campaignId: campaignId === "" ? null : campaignId };
}

/** What is known of some campaigns at some contacts, by contact; each looked up by itself, as in `engagementOf`. */
export async function sendsOf(
  sql: Db,
  tenantId: string,
  pairs: readonly { contactId: string; campaignId: string | null }[],
): Promise<Map<string, CampaignSend[]>> {
  const found = new Map<string, CampaignSend[]>();
  if (pairs.length === 0) return found;
  const rows = await sql<SendRow[]>`
    select ${columns(sql)}
    from unnest(${arrayLiteral(pairs.map(({ contactId }) => contactId))}::uuid[],
      ${arrayLiteral(pairs.map(({ campaignId }) => keyOf(campaignId)))}::text[]) as k (contact_id, campaign_id)
    cross join lateral (
      select * from campaign_sends s
      where s.tenant_id = ${tenantId} and s.contact_id = k.contact_id and s.campaign_id = k.campaign_id offset 0
    ) s`;
  for (const row of rows) {
    const sends = found.get(row.contactId);
    if (sends === undefined) found.set(row.contactId, [read(row)]);
    else sends.push(read(row));
  }
  return found;
}

/**
 * Writes sends as they are to be. Their contacts' engagement must have been written before, in the same transaction: its
 * version tells whether they were still what they were read as.
 */
export async function writeSends(
  tx: Tx,
  tenantId: string,
  sends: readonly { contactId: string; send: CampaignSend }[],
): Promise<void> {
  if (sends.length === 0) return;
  const texts = (pick: (send: CampaignSend) => string | null) =>
    arrayLiteral(sends.map(({ send }) => pick(send)));
  const times = (pick: (send: CampaignSend) => Date | null) =>
    numberArrayLiteral(sends.map(({ send }) => pick(send)?.getTime() ?? null));
  const counts = sendCounts.map(
    (type) => tx`${numberArrayLiteral(sends.map(({ send }) => send[type]))}::int4[]`,
  );
  const firsts = sendTimes.map((type) => tx`${times((send) => send[`${type}At`])}::float8[]`);
  const [sent, delivered, opened, clicked, bounced] = counts;
  const [sentAt, deliveredAt, openedAt, clickedAt, bouncedAt, complainedAt, unsubscribedAt] = firsts;
  await tx`
    insert into campaign_sends (tenant_id, contact_id, campaign_id, campaign_name, named_at, bounce, first_at,
      sent, delivered, opened, clicked, bounced,
      sent_at, delivered_at, opened_at, clicked_at, bounced_at, complained_at, unsubscribed_at)
    select ${tenantId}, contact_id, campaign_id, campaign_name, to_timestamp(named_at / 1000), bounce::bounce,
      to_timestamp(first_at / 1000), sent, delivered, opened, clicked, bounced,
      to_timestamp(sent_at / 1000), to_timestamp(delivered_at / 1000), to_timestamp(opened_at / 1000),
      to_timestamp(clicked_at / 1000), to_timestamp(bounced_at / 1000), to_timestamp(complained_at / 1000),
      to_timestamp(unsubscribed_at / 1000)
    from unnest(
      ${arrayLiteral(sends.map(({ contactId }) => contactId))}::uuid[],
      ${texts((send) => keyOf(send.campaignId))}::text[], ${texts((send) => send.campaignName)}::text[],
      ${times((send) => send.namedAt)}::float8[], ${texts((send) => send.bounce)}::text[],
      ${times((send) => send.firstAt)}::float8[],
      ${sent!}, ${delivered!}, ${opened!}, ${clicked!}, ${bounced!},
      ${sentAt!}, ${deliveredAt!}, ${openedAt!}, ${clickedAt!}, ${bouncedAt!}, ${complainedAt!}, ${unsubscribedAt!}
    ) as u (contact_id, campaign_id, campaign_name, named_at, bounce, first_at, sent, delivered, opened, clicked, bounced,
      sent_at, delivered_at, opened_at, clicked_at, bounced_at, complained_at, unsubscribed_at)
    on conflict (tenant_id, contact_id, campaign_id) do update set
      campaign_name = excluded.campaign_name, named_at = excluded.named_at, bounce = excluded.bounce,
      first_at = excluded.first_at, sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened,
      clicked = excluded.clicked, bounced = excluded.bounced, sent_at = excluded.sent_at,
      delivered_at = excluded.delivered_at, opened_at = excluded.opened_at, clicked_at = excluded.clicked_at,
      bounced_at = excluded.bounced_at, complained_at = excluded.complained_at,
      unsubscribed_at = excluded.unsubscribed_at`;
}

/** Where a page of sends goes on: behind this one. */
export type SendPlace = { sentAt: string; campaignId: string };

/**
 * A contact's campaigns, the latest sent first; one more than `limit` where there are more. `place` is that of each row.
 */
export async function sendPage(
  sql: Db,
  tenantId: string,
  contactId: string,
  page: { limit: number; after: SendPlace | null },
): Promise<{ send: CampaignSend; place: SendPlace }[]> {
  const { limit, after } = page;
  const rows = await sql<SendRow[]>`
    select ${columns(sql)} from campaign_sends s
    where s.tenant_id = ${tenantId} and s.contact_id = ${contactId}
      ${after === null ? sql`` : sql`and (coalesce(s.sent_at, s.first_at), s.campaign_id) < (${after.sentAt}::timestamptz, ${after.campaignId})`}
    order by coalesce(s.sent_at, s.first_at) desc, s.campaign_id desc
    limit ${limit + 1}`;
  return rows.map((row) => ({
    send: read(row),
    place: { sentAt: (row.sentAt ?? row.firstAt).toISOString(), campaignId: row.campaignId },
  }));
}
