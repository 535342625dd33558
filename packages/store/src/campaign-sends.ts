import type { CampaignSend, sendCounts, sendTimes } from "@roster/domain/campaign-send.ts";
import type { Bounce } from "@roster/domain/event.ts";
import { arrayLiteral } from "./array-literal.ts";
import { columnView, dateAt, uuidAt } from "./binary-columns.ts";
import type { Db } from "./open.ts";

type SendRow = CampaignSend & { contactId: string; campaignId: string };

const columns = (sql: Db) => sql`
  s.contact_id, s.campaign_id, s.campaign_name, s.named_at, s.sent, s.delivered, s.opened, s.clicked, s.bounced, s.bounce,
  s.first_at, s.sent_at, s.delivered_at, s.opened_at, s.clicked_at, s.bounced_at, s.complained_at, s.unsubscribed_at`;

/** '' is how the database keeps the send of events that name no campaign: a key cannot be null. */
export const sendKey = (campaignId: string | null) => campaignId ?? "";

function read({ contactId, campaignId, ...rest }: SendRow): CampaignSend {
  return { ...rest, campaignId: campaignId === "" ? null : campaignId };
}

type Column = Uint8Array | null;
type PackedSends = { n: number; texts: [string, string | null, Bounce | null][] | null } & Record<
  "contactIds" | "namedAt" | "firstAt" | (typeof sendCounts)[number] | `${(typeof sendTimes)[number]}At`,
  Column
>;

/**
 * What is known of some campaigns at some contacts, by contact; each looked up by itself, and a column at a time, as in
 * `engagementOf`.
 */
export async function sendsOf(
  sql: Db,
  tenantId: string,
  pairs: readonly { contactId: string; campaignId: string | null }[],
): Promise<Map<string, CampaignSend[]>> {
  if (pairs.length === 0) return new Map();
  const [row] = await sql<PackedSends[]>`
    select count(*)::int4 as n, string_agg(uuid_send(s.contact_id), '') as contact_ids,
      json_agg(json_build_array(s.campaign_id, s.campaign_name, s.bounce)) as texts,
      string_agg(timestamptz_send(coalesce(s.named_at, '-infinity')), '') as named_at,
      string_agg(timestamptz_send(s.first_at), '') as first_at,
      string_agg(int4send(s.sent), '') as sent, string_agg(int4send(s.delivered), '') as delivered,
      string_agg(int4send(s.opened), '') as opened, string_agg(int4send(s.clicked), '') as clicked,
      string_agg(int4send(s.bounced), '') as bounced,
      string_agg(timestamptz_send(coalesce(s.sent_at, '-infinity')), '') as sent_at,
      string_agg(timestamptz_send(coalesce(s.delivered_at, '-infinity')), '') as delivered_at,
      string_agg(timestamptz_send(coalesce(s.opened_at, '-infinity')), '') as opened_at,
      string_agg(timestamptz_send(coalesce(s.clicked_at, '-infinity')), '') as clicked_at,
      string_agg(timestamptz_send(coalesce(s.bounced_at, '-infinity')), '') as bounced_at,
      string_agg(timestamptz_send(coalesce(s.complained_at, '-infinity')), '') as complained_at,
      string_agg(timestamptz_send(coalesce(s.unsubscribed_at, '-infinity')), '') as unsubscribed_at
    from unnest(${arrayLiteral(pairs.map(({ contactId }) => contactId))}::uuid[],
      ${arrayLiteral(pairs.map(({ campaignId }) => sendKey(campaignId)))}::text[]) as k (contact_id, campaign_id)
    cross join lateral (
      select * from campaign_sends s
      where s.tenant_id = ${tenantId} and s.contact_id = k.contact_id and s.campaign_id = k.campaign_id offset 0
    ) s`;
  return unpacked(row!);
}

function unpacked({ n, texts, contactIds, ...columns }: PackedSends): Map<string, CampaignSend[]> {
  const found = new Map<string, CampaignSend[]>();
  const ids = Buffer.from(contactIds ?? []);
  const { namedAt, firstAt, sent, delivered, opened, clicked, bounced, ...firsts } = mapped(columns);
  for (let row = 0; row < n; row++) {
    const [campaignId, campaignName, bounce] = texts![row]!;
    const send: CampaignSend = {
      campaignId: campaignId === "" ? null : campaignId,
      campaignName,
      namedAt: dateAt(namedAt, row),
      bounce,
      firstAt: dateAt(firstAt, row)!,
      sent: sent.getInt32(row * 4),
      delivered: delivered.getInt32(row * 4),
      opened: opened.getInt32(row * 4),
      clicked: clicked.getInt32(row * 4),
      bounced: bounced.getInt32(row * 4),
      sentAt: dateAt(firsts.sentAt, row),
      deliveredAt: dateAt(firsts.deliveredAt, row),
      openedAt: dateAt(firsts.openedAt, row),
      clickedAt: dateAt(firsts.clickedAt, row),
      bouncedAt: dateAt(firsts.bouncedAt, row),
      complainedAt: dateAt(firsts.complainedAt, row),
      unsubscribedAt: dateAt(firsts.unsubscribedAt, row),
    };
    const contactId = uuidAt(ids, row);
    const sends = found.get(contactId);
    if (sends === undefined) found.set(contactId, [send]);
    else sends.push(send);
  }
  return found;
}

function mapped<Name extends string>(columns: Record<Name, Column>): Record<Name, DataView> {
  const views = Object.entries<Column>(columns).map(([name, column]) => [name, columnView(column)]);
  return Object.fromEntries(views) as Record<Name, DataView>;
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
