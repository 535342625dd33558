import { type CampaignSend, sentTime } from "@roster/domain/events/campaign-send.ts";
import type { Bounce } from "@roster/domain/events/event.ts";
import type { Db, Fragment } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { columnReader, type Packed, packedColumns } from "../sql/packed-columns.ts";

/** '' is how the database keeps the send of events that name no campaign: a key cannot be null. */
export const sendKey = (campaignId: string | null) => campaignId ?? "";

const columns = {
  contactId: "uuid",
  namedAt: "date",
  firstAt: "date",
  sent: "int4",
  delivered: "int4",
  opened: "int4",
  clicked: "int4",
  bounced: "int4",
  sentAt: "date",
  deliveredAt: "date",
  openedAt: "date",
  clickedAt: "date",
  bouncedAt: "date",
  complainedAt: "date",
  unsubscribedAt: "date",
} as const;

type PackedSends = Packed<typeof columns> & { texts: [string, string | null, Bounce | null][] | null };

/** What is known of some campaigns at some contacts, by contact; each looked up by itself, as in `engagementOf`. */
export async function sendsOf(
  sql: Db,
  tenantId: string,
  pairs: readonly { contactId: string; campaignId: string | null }[],
): Promise<Map<string, CampaignSend[]>> {
  if (pairs.length === 0) return new Map();
  const sends = await packedSends(
    sql,
    sql`
      select s.* from unnest(${arrayLiteral(pairs.map(({ contactId }) => contactId))}::uuid[],
        ${arrayLiteral(pairs.map(({ campaignId }) => sendKey(campaignId)))}::text[]) as k (contact_id, campaign_id)
      cross join lateral (
        select * from campaign_sends s
        where s.tenant_id = ${tenantId} and s.contact_id = k.contact_id and s.campaign_id = k.campaign_id offset 0
      ) s`,
  );
  return sendsByContact(sends);
}

/** Sends by their contacts. */
export function sendsByContact(
  sends: readonly { contactId: string; send: CampaignSend }[],
): Map<string, CampaignSend[]> {
  const found = new Map<string, CampaignSend[]>();
  for (const { contactId, send } of sends) {
    const own = found.get(contactId);
    if (own === undefined) found.set(contactId, [send]);
    else own.push(send);
  }
  return found;
}

/** @param rows a select of all columns of campaign_sends, in the order that the result has */
export async function packedSends(
  sql: Db,
  rows: Fragment,
): Promise<{ contactId: string; send: CampaignSend }[]> {
  const [packed] = await sql<PackedSends[]>`
    select ${packedColumns(sql, columns)},
      json_agg(json_build_array(campaign_id, campaign_name, bounce)) as texts
    from (${rows}) s`;
  const { n, texts } = packed!;
  const { contactId, ...read } = columnReader(packed!, columns);
  return Array.from({ length: n }, (_, row) => {
    const [campaignId, campaignName, bounce] = texts![row]!;
    const send: CampaignSend = {
      campaignId: campaignId === "" ? null : campaignId,
      campaignName,
      namedAt: read.namedAt(row),
      bounce,
      firstAt: read.firstAt(row)!,
      sent: read.sent(row),
      delivered: read.delivered(row),
      opened: read.opened(row),
      clicked: read.clicked(row),
      bounced: read.bounced(row),
      sentAt: read.sentAt(row),
      deliveredAt: read.deliveredAt(row),
      openedAt: read.openedAt(row),
      clickedAt: read.clickedAt(row),
      bouncedAt: read.bouncedAt(row),
      complainedAt: read.complainedAt(row),
      unsubscribedAt: read.unsubscribedAt(row),
    };
    return { contactId: contactId(row), send };
  });
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
  const sends = await packedSends(
    sql,
    sql`
      select * from campaign_sends s
      where s.tenant_id = ${tenantId} and s.contact_id = ${contactId}
        ${after === null ? sql`` : sql`and (coalesce(s.sent_at, s.first_at), s.campaign_id) < (${after.sentAt}::timestamptz, ${after.campaignId})`}
      order by coalesce(s.sent_at, s.first_at) desc, s.campaign_id desc
      limit ${limit + 1}`,
  );
  return sends.map(({ send }) => ({
    send,
    place: { sentAt: sentTime(send).toISOString(), campaignId: sendKey(send.campaignId) },
  }));
}
