import type { DeliveryKind, DeliveryState } from "@roster/domain/webhooks/webhook.ts";
import type { FeedPosition } from "../contacts/contact-feed.ts";
import type { Db, Tx } from "../open.ts";
import { nobody } from "./webhooks.ts";

/** A request to an endpoint, as the log keeps it. */
export type Delivery = {
  id: string;
  webhookId: string;
  kind: DeliveryKind;
  state: DeliveryState;
  items: number;
  attempts: number;
  responseStatus: number | null;
  error: string | null;
  createdAt: Date;
  attemptedAt: Date | null;
  finishedAt: Date | null;
};

/** Which part of the feed a request tells of: behind `from`, up to and with `to`. */
export type Stretch = { from: FeedPosition; to: FeedPosition };

/** One that is still to be sent; `stretch` is null where it tells no changes. */
export type PendingDelivery = Delivery & { stretch: Stretch | null };

type StretchColumns = {
  fromEpoch: number | null;
  fromXid: string;
  fromId: string;
  toEpoch: number;
  toXid: string;
  toId: string;
};

const columns = (sql: Db) => sql`
  d.id, d.webhook_id, d.kind, d.state, d.items, d.attempts, d.response_status, d.error, d.created_at, d.attempted_at,
  d.finished_at`;

type Key = { tenantId: string; webhookId: string; id: string };

export async function insertDelivery(
  tx: Tx,
  { tenantId, webhookId, id }: Key,
  { kind, items, stretch }: { kind: DeliveryKind; items: number; stretch: Stretch | null },
): Promise<Delivery> {
  const place = (at: FeedPosition | undefined) =>
    at === undefined ? tx`null, null, null` : tx`${at.epoch}, ${at.xid}::text::xid8, ${at.id ?? nobody}`;
  const [row] = await tx<Delivery[]>`
    insert into webhook_deliveries as d (tenant_id, webhook_id, id, kind, items, from_epoch, from_xid, from_id, to_epoch, to_xid,
      to_id)
    values (${tenantId}, ${webhookId}, ${id}, ${kind}, ${items}, ${place(stretch?.from)}, ${place(stretch?.to)})
    returning ${columns(tx)}`;
  return row!;
}

/** What is sent next of what is still to be sent: a test before all others, else the oldest. */
export async function pendingDelivery(
  sql: Db,
  tenantId: string,
  webhookId: string,
  which: "test" | "any",
): Promise<PendingDelivery | null> {
  const [row] = await sql<(Delivery & StretchColumns)[]>`
    select ${columns(sql)}, d.from_epoch, d.from_xid::text as from_xid, d.from_id, d.to_epoch, d.to_xid::text as to_xid, d.to_id
    from webhook_deliveries d
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and state = 'pending'
      ${which === "test" ? sql`and kind = 'test'` : sql``}
    order by id limit 1`;
  if (row === undefined) return null;
  const { fromEpoch, fromXid, fromId, toEpoch, toXid, toId, ...delivery } = row;
  const stretch =
    fromEpoch === null
      ? null
      : {
          from: { epoch: fromEpoch, xid: fromXid, id: fromId },
          to: { epoch: toEpoch, xid: toXid, id: toId },
        };
  return { ...delivery, stretch };
}

/** Notes that a request goes out now, and what it tells of by now. */
export async function noteAttempt(
  tx: Tx,
  { tenantId, webhookId, id }: Key,
  { items, to }: { items: number; to: FeedPosition | null },
): Promise<void> {
  await tx`
    update webhook_deliveries set attempts = attempts + 1, attempted_at = now(), items = ${items}
      ${to === null ? tx`` : tx`, to_epoch = ${to.epoch}, to_xid = ${to.xid}::text::xid8, to_id = ${to.id ?? nobody}`}
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id = ${id}`;
}

/** Notes how a request ended. */
export async function noteOutcome(
  tx: Tx,
  { tenantId, webhookId, id }: Key,
  { state, status, error }: { state: DeliveryState; status: number | null; error: string | null },
): Promise<void> {
  await tx`
    update webhook_deliveries set state = ${state}, response_status = ${status}, error = ${error},
      finished_at = ${state === "pending" ? null : tx`now()`}
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id = ${id}`;
}

/** A page of an endpoint's log, newest first; one more than `limit` where there are more. */
export async function deliveryPage(
  sql: Db,
  tenantId: string,
  webhookId: string,
  page: { limit: number; beforeId?: string | undefined; state?: DeliveryState | undefined },
): Promise<Delivery[]> {
  return sql<Delivery[]>`
    select ${columns(sql)} from webhook_deliveries d
    where tenant_id = ${tenantId} and webhook_id = ${webhookId}
      ${page.beforeId === undefined ? sql`` : sql`and id < ${page.beforeId}`}
      ${page.state === undefined ? sql`` : sql`and state = ${page.state}`}
    order by id desc limit ${page.limit + 1}`;
}

export async function deliveryById(sql: Db, { tenantId, webhookId, id }: Key): Promise<Delivery | null> {
  const [row] = await sql<Delivery[]>`
    select ${columns(sql)} from webhook_deliveries d
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id = ${id}`;
  return row ?? null;
}

/** Puts a request among those that are to be sent, where it is not. @returns null where there is none */
export async function sendAgain(tx: Tx, { tenantId, webhookId, id }: Key): Promise<Delivery | null> {
  const [row] = await tx<Delivery[]>`
    update webhook_deliveries d set state = 'pending', finished_at = null
    where tenant_id = ${tenantId} and webhook_id = ${webhookId} and id = ${id}
    returning ${columns(tx)}`;
  return row ?? null;
}

/**
 * Forgets requests that are older than so many days. One that was not taken by then is cut anew, under another id: its endpoint
 * stands in front of it still.
 * @returns how many
 */
export async function sweepDeliveries(sql: Db, keepDays: number): Promise<number> {
  const gone = await sql`
    delete from webhook_deliveries
    where created_at < now() - ${keepDays} * interval '1 day'`;
  return gone.count;
}
