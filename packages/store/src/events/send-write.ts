import { type CampaignSend, sendCounts, sendTimes } from "@roster/domain/events/campaign-send.ts";
import type { Tx } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";
import { sendKey } from "./campaign-sends.ts";

/** A send as it is to be, at a contact. */
export type SendChange = {
  contactId: string;
  send: CampaignSend;
  /** Whether it was there; if not, whoever comes between violates the key. */
  isKnown: boolean;
};

/**
 * Writes sends as they are to be. Their contacts' engagement must have been written before, in the same transaction: its
 * version tells whether they were still what they were read as.
 */
export async function writeSends(tx: Tx, tenantId: string, changes: readonly SendChange[]): Promise<void> {
  await insertSends(
    tx,
    tenantId,
    changes.filter(({ isKnown }) => !isKnown),
  );
  await rewriteSends(
    tx,
    tenantId,
    changes.filter(({ isKnown }) => isKnown),
  );
}

async function insertSends(tx: Tx, tenantId: string, changes: readonly SendChange[]): Promise<void> {
  if (changes.length === 0) return;
  const copy = tx`
    copy campaign_sends (tenant_id, contact_id, campaign_id, campaign_name, named_at, bounce, first_at, sent, delivered, opened,
      clicked, bounced, sent_at, delivered_at, opened_at, clicked_at, bounced_at, complained_at, unsubscribed_at)
    from stdin (format binary)`;
  await copyIn(copy, binarySends(tenantId, changes));
}

function* binarySends(tenantId: string, changes: readonly SendChange[]): Generator<Buffer> {
  const rows = new BinaryRows(19);
  const tenant = uuidField(tenantId);
  for (const { contactId, send } of changes) {
    rows.begin();
    rows.field(tenant);
    rows.uuid(contactId);
    rows.text(sendKey(send.campaignId));
    rows.text(send.campaignName);
    rows.time(send.namedAt);
    rows.text(send.bounce);
    rows.time(send.firstAt);
    for (const type of sendCounts) rows.int4(send[type]);
    for (const type of sendTimes) rows.time(send[`${type}At`]);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

async function rewriteSends(tx: Tx, tenantId: string, sends: readonly SendChange[]): Promise<void> {
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
      ${texts((send) => sendKey(send.campaignId))}::text[], ${texts((send) => send.campaignName)}::text[],
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
