import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import type { Bounce } from "@roster/domain/events/event.ts";
import type { Db } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { columnReader, type Packed, packedColumns } from "../sql/packed-columns.ts";

type SendRow = CampaignSend & { contactId: string; campaignId: string };

const columns = (sql: Db) => sql`
  s.contact_id, s.campaign_id, s.campaign_name, s.named_at, s.sent, s.delivered, s.opened, s.clicked, s.bounced, s.bounce,
  s.first_at, s.sent_at, s.delivered_at, s.opened_at, s.clicked_at, s.bounced_at, s.complained_at, s.unsubscribed_at`;

/** '' is how the database keeps the send of events that name no campaign: a key cannot be null. */
export const sendKey = (campaignId: string | null) => campaignId ?? "";

function read({ contactId, campaignId, ...rest }: SendRow): CampaignSend {
  return { ...rest, campaignId: campaignId === "" ? null : campaignId };
}

const packed = {
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

type PackedSends = Packed<typeof packed> & { texts: [string, string | null, Bounce | null][] | null };

/** What is known of some campaigns at some contacts, by contact; each looked up by itself, as in `engagementOf`. */
export async function sendsOf(
  sql: Db,
  tenantId: string,
  pairs: readonly { contactId: string; campaignId: string | null }[],
): Promise<Map<string, CampaignSend[]>> {
  const found = new Map<string, CampaignSend[]>();
  if (pairs.length === 0) return found;
  const [row] = await sql<PackedSends[]>`
    select ${packedColumns(sql, packed)},
      json_agg(json_build_array(campaign_id, campaign_name, bounce)) as texts
    from (
      select s.* from unnest(${arrayLiteral(pairs.map(({ contactId }) => contactId))}::uuid[],
        ${arrayLiteral(pairs.map(({ campaignId }) => sendKey(campaignId)))}::text[]) as k (contact_id, campaign_id)
      cross join lateral (
        select * from campaign_sends s
        where s.tenant_id = ${tenantId} and s.contact_id = k.contact_id and s.campaign_id = k.campaign_id offset 0
      ) s
    ) s`;
  const { n, texts } = row!;
  const { contactId, ...read } = columnReader(row!, packed);
  for (let row = 0; row < n; row++) {
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
    const id = contactId(row);
    const sends = found.get(id);
    if (sends === undefined) found.set(id, [send]);
    else sends.push(send);
  }
  return found;
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
