import { cutDelivery, deliveryLimit } from "@roster/domain/webhooks/webhook-event.ts";
import { type PostOutcome, retryDelay, switchedOff } from "@roster/domain/webhooks/webhook-retry.ts";
import { feedHorizon } from "@roster/store/contacts/contact-feed.ts";
import type { Tx } from "@roster/store/open.ts";
import {
  insertDelivery,
  noteAttempt,
  noteOutcome,
  type PendingDelivery,
  pendingDelivery,
  type Stretch,
} from "@roster/store/webhooks/webhook-deliveries.ts";
import { feedEntries, type PlacedEntry } from "@roster/store/webhooks/webhook-feed.ts";
import {
  enqueueDueWebhooks,
  enqueueWebhook,
  type HeldWebhook,
  holdWebhook,
  moveOn,
  noteRefused,
  noteTaken,
  releaseWebhook,
  takeWebhook,
  type WebhookLease,
  WebhookLost,
} from "@roster/store/webhooks/webhook-lease.ts";
import { comparePlaces } from "../contacts/feed-position.ts";
import type { Deps } from "../deps.ts";
import { webhookBody } from "./webhook-body.ts";
import { signedHeaders } from "./webhook-secret.ts";

/** Sends one request, until `leave` is aborted. It never throws: how it ended is its answer. */
export type WebhookPost = (
  request: { url: string; headers: Readonly<Record<string, string>>; body: string },
  leave: AbortSignal,
) => Promise<PostOutcome>;

export type DeliverySettings = {
  /** How long one turn of an endpoint lasts, in ms, before others have theirs. */
  sliceMs: number;
  /** How long an endpoint is left to whoever took it up, in ms: longer than a request can last. */
  leaseMs: number;
  /** How many entries of the feed are looked at for one request: of an import most are passed over. */
  lookAhead: number;
  /** Most changes of one request. */
  limit: number;
};

export const defaultDeliverySettings: DeliverySettings = {
  sliceMs: 5000,
  leaseMs: 60_000,
  lookAhead: 5000,
  limit: deliveryLimit,
};

/** Queues a task for each endpoint to which there is something to be sent. @returns how many */
export function queueDueWebhooks(deps: Deps): Promise<number> {
  return enqueueDueWebhooks(deps.sql);
}

/** What goes out next. */
type Request = { delivery: PendingDelivery; held: HeldWebhook; body: string };

/**
 * Sends what there is for one endpoint, one request after the other in the order of the feed, until nothing is left, a request
 * fails, or its turn is over. A request is noted before it goes out and its end after it; whoever dies in between leaves it to
 * be sent again, under the same id. What the queue delivers twice does no harm: one holder sends at a time.
 * @param leave aborted when the process is asked to leave: a request in hand is given up, and sent again by somebody else
 */
export async function runWebhook(
  deps: Deps,
  { tenantId, webhookId }: { tenantId: string; webhookId: string },
  post: WebhookPost,
  leave: AbortSignal,
  settings: DeliverySettings = defaultDeliverySettings,
): Promise<void> {
  const lease = await takeWebhook(deps.sql, tenantId, webhookId, settings.leaseMs);
  if (lease === null) return;
  const until = performance.now() + settings.sliceMs;
  let more = true;
  try {
    while (more && !leave.aborted && performance.now() < until) {
      more = await sendNext(deps, lease, post, leave, settings);
    }
    await releaseWebhook(deps.sql, lease);
    if (more) await enqueueWebhook(deps.sql, tenantId, webhookId);
  } catch (error) {
    if (!(error instanceof WebhookLost)) throw error;
  }
}

/** @returns whether there may be more to be sent right now */
async function sendNext(
  deps: Deps,
  lease: WebhookLease,
  post: WebhookPost,
  leave: AbortSignal,
  settings: DeliverySettings,
): Promise<boolean> {
  const next = (await deps.sql.begin((tx) => nextRequest(deps, tx, lease, settings))) as
    | Request
    | "passed over"
    | null;
  if (next === null) return false;
  if (next === "passed over") return true;
  const { delivery, held, body } = next;
  const headers = {
    "content-type": "application/json",
    "user-agent": "Roster-Webhooks/1",
    ...signedHeaders({ id: delivery.id, at: deps.now(), body }, held.secrets),
  };
  const outcome = await post({ url: held.url, headers, body }, leave);
  // Nobody knows whether it was taken.
  if (leave.aborted && outcome.status === null) return true;
  await deps.sql.begin((tx) => noteEnd(deps, tx, lease, next, outcome));
  return outcome.error === null;
}

/** Notes what goes out next, and makes it; `passed over` where the feed had only what the endpoint is not told of. */
async function nextRequest(
  deps: Deps,
  tx: Tx,
  lease: WebhookLease,
  settings: DeliverySettings,
): Promise<Request | "passed over" | null> {
  const { tenantId, webhookId } = lease;
  const held = await holdWebhook(tx, lease, settings.leaseMs);
  const goOut = async (delivery: PendingDelivery, entries: readonly PlacedEntry[] = []) => {
    const key = { tenantId, webhookId, id: delivery.id };
    await noteAttempt(tx, key, { items: entries.length, to: delivery.stretch?.to ?? null });
    const content = { kind: delivery.kind, id: delivery.id, entries, now: deps.now() };
    return { delivery, held, body: await webhookBody(tx, tenantId, content) };
  };
  const begin = async (kind: "restored" | "changes", stretch: Stretch | null) => {
    const key = { tenantId, webhookId, id: deps.newId() };
    return { ...(await insertDelivery(tx, key, { kind, items: 0, stretch })), stretch };
  };

  const test = await pendingDelivery(tx, tenantId, webhookId, "test");
  if (test !== null) return goOut(test);
  if (!held.isDue) return null;

  // Asked for in front of the feed: whoever runs now is behind it.
  const horizon = await feedHorizon(tx);
  const pending = await pendingDelivery(tx, tenantId, webhookId, "any");
  if (pending?.stretch === null) return goOut(pending);
  if (pending === null && held.toldEpoch !== horizon.epoch) return goOut(await begin("restored", null));

  const from = pending?.stretch?.from ?? held.place;
  const looked = await feedEntries(tx, tenantId, { from, until: horizon, limit: settings.lookAhead });
  const seen = looked.length < settings.lookAhead ? horizon : looked.at(-1)!.place;
  const cut = pending?.stretch?.to ?? seen;
  const end = comparePlaces(cut, seen) < 0 ? cut : seen;
  const entries = looked.filter(({ place }) => comparePlaces(place, end) <= 0);
  if (pending === null && entries.length === 0) return null;
  const { covered, wanted } = cutDelivery(entries, held, settings.limit);
  const to = covered < entries.length ? entries[covered - 1]!.place : end;

  if (wanted.length > 0)
    return goOut({ ...(pending ?? (await begin("changes", { from, to }))), stretch: { from, to } }, wanted);
  if (pending !== null) {
    // Whatever it told of has changed since, and stands further on.
    const key = { tenantId, webhookId, id: pending.id };
    await noteOutcome(tx, key, { state: "superseded", status: null, error: null });
  }
  if (comparePlaces(to, held.place) > 0) await moveOn(tx, lease, to);
  return "passed over";
}

/** Notes how a request ended, and what follows from it for its endpoint. */
async function noteEnd(
  deps: Deps,
  tx: Tx,
  lease: WebhookLease,
  { delivery, held }: Request,
  { status, error }: PostOutcome,
): Promise<void> {
  const { tenantId, webhookId } = lease;
  const key = { tenantId, webhookId, id: delivery.id };
  if (error === null) {
    // First the endpoint: it may be another's by now.
    await noteTaken(tx, lease, delivery.kind === "restored" ? (await feedHorizon(tx)).epoch : null);
    const to = delivery.stretch?.to;
    if (to !== undefined && comparePlaces(to, held.place) > 0) await moveOn(tx, lease, to);
    await noteOutcome(tx, key, { state: "delivered", status, error });
    return;
  }
  if (delivery.kind === "test") {
    await noteOutcome(tx, key, { state: "failed", status, error });
    return;
  }
  const now = deps.now();
  const delayMs = retryDelay(held.failures + 1, deps.random(1)[0]! / 255);
  const disabled = switchedOff({ status, error }, held.failingSince ?? now, now);
  await noteRefused(tx, lease, { delayMs, disabled });
  await noteOutcome(tx, key, { state: "pending", status, error });
}
