import type { Engagement } from "@roster/domain/events/engagement.ts";
import { scoreWithoutEvents, tierOf } from "@roster/domain/scores/score.ts";
import type { Tx } from "../open.ts";
import { tierLiteral } from "../scores/scores.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** A contact's engagement as it is to be. */
export type EngagementChange = {
  contactId: string;
  engagement: Engagement;
  /** The score that it gives; null where that is to be found out later. */
  score: number | null;
  /** The version that it was made from; null where there was none, and whoever comes between violates the key. */
  from: number | null;
};

/**
 * Writes engagement that was made from what was read, in the order of the contacts' ids, and notes whose scores are due.
 * @param now when the scores were computed
 * @returns whether it was still that: if not, somebody else added to it or the contact is gone, and the transaction must be
 * rolled back
 */
export async function writeEngagement(
  tx: Tx,
  tenantId: string,
  changes: readonly EngagementChange[],
  now: Date,
): Promise<boolean> {
  const sorted = changes.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
  await insertEngagement(
    tx,
    tenantId,
    sorted.filter(({ from }) => from === null),
    now,
  );
  return rewriteEngagement(
    tx,
    tenantId,
    sorted.filter(({ from }) => from !== null),
    now,
  );
}

async function insertEngagement(
  tx: Tx,
  tenantId: string,
  sorted: readonly EngagementChange[],
  now: Date,
): Promise<void> {
  if (sorted.length === 0) return;
  const copy = tx`
    copy engagement (tenant_id, contact_id, sent, delivered, opened, clicked, soft_bounces, soft_bounced_at,
      first_sent_at, last_sent_at, last_delivered_at, last_opened_at, last_clicked_at, last_unsubscribed_at,
      last_resubscribed_at, activity, activity_at, score, tier, scored_at, score_due)
    from stdin (format binary)`;
  await copyIn(copy, binaryEngagement(tenantId, sorted, now));
}

function* binaryEngagement(
  tenantId: string,
  changes: readonly EngagementChange[],
  now: Date,
): Generator<Buffer> {
  const rows = new BinaryRows(21);
  const tenant = uuidField(tenantId);
  for (const { contactId, engagement: e, score } of changes) {
    rows.begin();
    rows.field(tenant);
    rows.uuid(contactId);
    rows.int4(e.sent);
    rows.int4(e.delivered);
    rows.int4(e.opened);
    rows.int4(e.clicked);
    rows.int4(e.softBounces);
    if (e.softBouncedAt.length === 0) rows.null();
    else rows.timeArray(e.softBouncedAt);
    rows.time(e.firstSentAt);
    rows.time(e.lastSentAt);
    rows.time(e.lastDeliveredAt);
    rows.time(e.lastOpenedAt);
    rows.time(e.lastClickedAt);
    rows.time(e.lastUnsubscribedAt);
    rows.time(e.lastResubscribedAt);
    rows.float8(e.activity);
    rows.time(e.activityAt);
    rows.int2(score ?? scoreWithoutEvents);
    rows.text(tierOf(score ?? scoreWithoutEvents));
    rows.time(score === null ? null : now);
    rows.bool(score === null);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

async function rewriteEngagement(
  tx: Tx,
  tenantId: string,
  sorted: readonly EngagementChange[],
  now: Date,
): Promise<boolean> {
  if (sorted.length === 0) return true;
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
        ${numberArrayLiteral(sorted.map(({ from }) => from! + 1))}::int4[],
        ${numbers((e) => e.sent)}::int4[], ${numbers((e) => e.delivered)}::int4[], ${numbers((e) => e.opened)}::int4[],
        ${numbers((e) => e.clicked)}::int4[], ${numbers((e) => e.softBounces)}::int4[],
        ${arrayLiteral(softBouncedAt)}::text[],
        ${times((e) => e.firstSentAt)}::float8[], ${times((e) => e.lastSentAt)}::float8[],
        ${times((e) => e.lastDeliveredAt)}::float8[], ${times((e) => e.lastOpenedAt)}::float8[],
        ${times((e) => e.lastClickedAt)}::float8[], ${times((e) => e.lastUnsubscribedAt)}::float8[],
        ${times((e) => e.lastResubscribedAt)}::float8[],
        ${numbers((e) => e.activity)}::float8[], ${times((e) => e.activityAt)}::float8[],
        ${numberArrayLiteral(sorted.map(({ score }) => score))}::int2[]
      ) as u (contact_id, version, sent, delivered, opened, clicked, soft_bounces, soft_bounced_at, first_sent_at,
        last_sent_at, last_delivered_at, last_opened_at, last_clicked_at, last_unsubscribed_at, last_resubscribed_at,
        activity, activity_at, score)
    ), written as (
      insert into engagement as e (tenant_id, contact_id, sent, delivered, opened, clicked, soft_bounces,
        soft_bounced_at, first_sent_at, last_sent_at, last_delivered_at, last_opened_at, last_clicked_at,
        last_unsubscribed_at, last_resubscribed_at, activity, activity_at, score, tier, scored_at, score_due)
      select ${tenantId}, contact_id, sent, delivered, opened, clicked, soft_bounces, soft_bounced_at::timestamptz[],
        to_timestamp(first_sent_at / 1000), to_timestamp(last_sent_at / 1000), to_timestamp(last_delivered_at / 1000),
        to_timestamp(last_opened_at / 1000), to_timestamp(last_clicked_at / 1000),
        to_timestamp(last_unsubscribed_at / 1000), to_timestamp(last_resubscribed_at / 1000),
        activity, to_timestamp(activity_at / 1000),
        coalesce(score, ${scoreWithoutEvents}), (${tierLiteral}::text[])[coalesce(score, ${scoreWithoutEvents}) + 1],
        case when score is not null then ${now}::timestamptz end, score is null
      from given order by contact_id
      on conflict (tenant_id, contact_id) do update set
        version = e.version + 1, sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened,
        clicked = excluded.clicked, soft_bounces = excluded.soft_bounces, soft_bounced_at = excluded.soft_bounced_at,
        first_sent_at = excluded.first_sent_at, last_sent_at = excluded.last_sent_at,
        last_delivered_at = excluded.last_delivered_at, last_opened_at = excluded.last_opened_at,
        last_clicked_at = excluded.last_clicked_at, last_unsubscribed_at = excluded.last_unsubscribed_at,
        last_resubscribed_at = excluded.last_resubscribed_at, activity = excluded.activity,
        activity_at = excluded.activity_at, score_due = excluded.score_due,
        score = case when excluded.score_due then e.score else excluded.score end,
        tier = case when excluded.score_due then e.tier else excluded.tier end,
        scored_at = coalesce(excluded.scored_at, e.scored_at)
      returning e.contact_id, e.version
    )
    select count(*) as strangers from written join given using (contact_id) where written.version <> given.version`;
  return row!.strangers === 0;
}
