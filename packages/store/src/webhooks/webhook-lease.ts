import type { WebhookDisabled } from "@roster/domain/webhooks/webhook.ts";
import { type FeedPosition, feedHorizon } from "../contacts/contact-feed.ts";
import type { Db, Sql, Tx } from "../open.ts";
import { nobody, type WebhookSettings } from "./webhooks.ts";

/** The queue's task for the requests to one endpoint. */
export const webhookTaskName = "deliver-webhook";

/** The lease of whoever sends to an endpoint: what it finds out is written only while the fence is still the endpoint's. */
export type WebhookLease = { tenantId: string; webhookId: string; fence: number };

/** Somebody else sends to the endpoint by now, or it was moved, changed or deleted. */
export class WebhookLost extends Error {}

/** An endpoint as whoever sends to it needs it. */
export type HeldWebhook = Pick<WebhookSettings, "url" | "events" | "includeImports"> & {
  /** Whether it may be sent to now: it is on, and its next try has come. */
  isDue: boolean;
  /** With which requests are signed: the present secret, then a former one that still counts. */
  secrets: string[];
  place: FeedPosition;
  toldEpoch: number;
  failures: number;
  failingSince: Date | null;
};

type HeldRow = Omit<HeldWebhook, "place"> & { feedEpoch: number; feedXid: string; feedId: string };

/**
 * Queues a task for each endpoint that has something to be sent now and that nobody sends to. One job for each, however
 * often it is asked for.
 * @returns how many
 */
export async function enqueueDueWebhooks(sql: Sql): Promise<number> {
  const horizon = await feedHorizon(sql);
  // A place in an index and not a search by place and horizon: joined with the endpoints' places, all contacts would be read.
  const isBehind = (table: string, id: string) => sql`(
    select true from ${sql(table)} c
    where c.tenant_id = w.tenant_id and (c.feed_epoch, c.feed_xid) >= (w.feed_epoch, w.feed_xid)
      and (c.feed_epoch, c.feed_xid, c.${sql(id)}) > (w.feed_epoch, w.feed_xid, w.feed_id)
      and (c.feed_epoch, c.feed_xid) < (${horizon.epoch}::int4, ${horizon.xid}::text::xid8)
    order by c.feed_epoch, c.feed_xid limit 1
  )`;
  const isPending = (kind: string | null) => sql`exists (
    select from webhook_deliveries d
    where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.state = 'pending'
      ${kind === null ? sql`` : sql`and d.kind = ${kind}`}
  )`;
  const due = await sql<{ tenantId: string; id: string }[]>`
    select w.tenant_id, w.id from webhooks w
    where (w.lease_until is null or w.lease_until < now()) and (
      ${isPending("test")} or (
        w.is_active and w.next_attempt_at <= now() and (
          w.told_epoch <> ${horizon.epoch} or ${isPending(null)} or ${isBehind("contacts", "id")}
          or ${isBehind("contact_tombstones", "contact_id")} or ${isBehind("job_ends", "job_id")}
        )
      )
    )`;
  for (const { tenantId, id } of due) await enqueueWebhook(sql, tenantId, id);
  return due.length;
}

/** Puts an endpoint's task into the queue, once. */
export async function enqueueWebhook(sql: Db, tenantId: string, webhookId: string): Promise<void> {
  await sql`
    select graphile_worker.add_job(${webhookTaskName}, ${sql.json({ tenantId, webhookId })}::json,
      job_key => ${`webhook ${webhookId}`}, max_attempts => 1)`;
}

/** Takes an endpoint up to send to it. Null where it is gone, or somebody sends to it. */
export async function takeWebhook(
  sql: Db,
  tenantId: string,
  webhookId: string,
  leaseMs: number,
): Promise<WebhookLease | null> {
  const [row] = await sql<{ fence: number }[]>`
    update webhooks set fence = fence + 1, lease_until = now() + ${leaseMs} * interval '1 ms'
    where tenant_id = ${tenantId} and id = ${webhookId} and (lease_until is null or lease_until < now())
    returning fence`;
  return row === undefined ? null : { tenantId, webhookId, fence: row.fence };
}

/** Prolongs the lease, and locks the endpoint until the transaction ends. @throws WebhookLost */
export async function holdWebhook(tx: Tx, lease: WebhookLease, leaseMs: number): Promise<HeldWebhook> {
  const [row] = await tx<HeldRow[]>`
    update webhooks set lease_until = now() + ${leaseMs} * interval '1 ms' where ${ofLease(tx, lease)}
    returning url, events, include_imports, is_active and next_attempt_at <= now() as is_due, told_epoch, failures, failing_since,
      case when former_secret_until > now() then array[secret, former_secret] else array[secret] end as secrets,
      feed_epoch, feed_xid::text as feed_xid, feed_id`;
  if (row === undefined) throw new WebhookLost();
  const { feedEpoch, feedXid, feedId, ...held } = row;
  return { ...held, place: { epoch: feedEpoch, xid: feedXid, id: feedId } };
}

/** Says that everything up to a place was told. @throws WebhookLost */
export async function moveOn(tx: Tx, lease: WebhookLease, { epoch, xid, id }: FeedPosition): Promise<void> {
  const moved = await tx`
    update webhooks set feed_epoch = ${epoch}, feed_xid = ${xid}::text::xid8, feed_id = ${id ?? nobody}
    where ${ofLease(tx, lease)}`;
  if (moved.count === 0) throw new WebhookLost();
}

/** Notes that the receiver took a request: it is well again. @throws WebhookLost */
export async function noteTaken(tx: Tx, lease: WebhookLease, toldEpoch: number | null): Promise<void> {
  const noted = await tx`
    update webhooks set failures = 0, failing_since = null, next_attempt_at = now(), last_delivered_at = now()
      ${toldEpoch === null ? tx`` : tx`, told_epoch = ${toldEpoch}`}
    where ${ofLease(tx, lease)}`;
  if (noted.count === 0) throw new WebhookLost();
}

/** Notes that the receiver did not take a request, and when it is tried again. @throws WebhookLost */
export async function noteRefused(
  tx: Tx,
  lease: WebhookLease,
  { delayMs, disabled }: { delayMs: number; disabled: WebhookDisabled | null },
): Promise<void> {
  const noted = await tx`
    update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, now()),
      next_attempt_at = now() + ${delayMs} * interval '1 ms'
      ${disabled === null ? tx`` : tx`, is_active = false, disabled = ${tx.json(disabled)}`}
    where ${ofLease(tx, lease)}`;
  if (noted.count === 0) throw new WebhookLost();
}

/** Gives an endpoint back. */
export async function releaseWebhook(sql: Db, lease: WebhookLease): Promise<void> {
  await sql`update webhooks set lease_until = null where ${ofLease(sql, lease)}`;
}

function ofLease(sql: Db, { tenantId, webhookId, fence }: WebhookLease) {
  return sql`tenant_id = ${tenantId} and id = ${webhookId} and fence = ${fence}`;
}
