import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { decodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { webhookLimit } from "@roster/domain/webhooks/webhook.ts";
import { type FeedPosition, feedHorizon, feedStart } from "@roster/store/contacts/contact-feed.ts";
import type { Tx } from "@roster/store/open.ts";
import {
  updateWebhook as changeWebhook,
  insertWebhook,
  lockWebhooks,
  moveWebhook,
  deleteWebhook as removeWebhook,
  replaceSecret,
  type Webhook,
  type WebhookChanges,
  type WebhookSettings,
  webhookById,
  webhooksOf,
} from "@roster/store/webhooks/webhooks.ts";
import { requireScope } from "../accounts/authentication.ts";
import { ChangeCursor } from "../contacts/change-feed.ts";
import { comparePlaces } from "../contacts/feed-position.ts";
import type { Deps } from "../deps.ts";
import { newSecret } from "./webhook-secret.ts";

export type { Webhook } from "@roster/store/webhooks/webhooks.ts";

/** How long requests are signed with a former secret too, in hours. */
export const formerSecretHours = 24;

/** The feed's beginning: in front of everything. */
const beginning: FeedPosition = { epoch: 0, xid: "0", id: null };

/** An endpoint gets contacts: whoever makes one has to be allowed to read them too. */
function requireBoth(scope: TenantScope): void {
  requireScope(scope, "contacts:write");
  requireScope(scope, "contacts:read");
}

/**
 * Makes an endpoint, which is told what happens from now on.
 * @returns it with its secret: the only time that it can be seen
 * @throws Refused missing_scope, invalid (there are too many endpoints)
 */
export async function createWebhook(
  deps: Deps,
  scope: TenantScope,
  settings: WebhookSettings,
): Promise<Webhook & { secret: string }> {
  requireBoth(scope);
  const { tenantId } = scope;
  return deps.sql.begin(async (tx) => {
    if ((await lockWebhooks(tx, tenantId)) >= webhookLimit) {
      const message = `There are ${webhookLimit} endpoints already. Delete one that is no longer needed.`;
      throw new Refused({ code: "invalid", issues: [{ field: "url", code: "too_many_webhooks", message }] });
    }
    const secret = newSecret(deps);
    const place = await feedHorizon(tx);
    const webhook = await insertWebhook(tx, { ...settings, tenantId, id: deps.newId(), secret, place });
    return { ...webhook, secret };
  });
}

/** All endpoints, newest first. @throws Refused missing_scope */
export async function listWebhooks(deps: Deps, scope: TenantScope): Promise<Webhook[]> {
  requireScope(scope, "contacts:read");
  return webhooksOf(deps.sql, scope.tenantId);
}

/** @throws Refused missing_scope, not_found */
export async function getWebhook(deps: Deps, scope: TenantScope, id: string): Promise<Webhook> {
  requireScope(scope, "contacts:read");
  return there(isUuid(id) ? await webhookById(deps.sql, scope.tenantId, id) : null);
}

/**
 * Changes what is given. An endpoint that is switched on, or gets another address, is tried at once; while it was off nothing was
 * lost: it is told what each contact is by then.
 * @throws Refused missing_scope, not_found
 */
export async function updateWebhook(
  deps: Deps,
  scope: TenantScope,
  id: string,
  changes: WebhookChanges,
): Promise<Webhook> {
  requireBoth(scope);
  return there(await inOwn(deps, id, (tx) => changeWebhook(tx, scope.tenantId, id, changes)));
}

/** Removes an endpoint with its log. @throws Refused missing_scope, not_found */
export async function deleteWebhook(deps: Deps, scope: TenantScope, id: string): Promise<void> {
  requireBoth(scope);
  there((await inOwn(deps, id, (tx) => removeWebhook(tx, scope.tenantId, id))) || null);
}

/**
 * Gives an endpoint another secret. For a day requests are signed with the former one too.
 * @throws Refused missing_scope, not_found
 */
export async function rotateWebhookSecret(
  deps: Deps,
  scope: TenantScope,
  id: string,
): Promise<{ secret: string; formerValidUntil: Date }> {
  requireBoth(scope);
  const secret = newSecret(deps);
  const change = { secret, hours: formerSecretHours };
  const formerValidUntil = there(
    await inOwn(deps, id, (tx) => replaceSecret(tx, scope.tenantId, id, change)),
  );
  return { secret, formerValidUntil };
}

/**
 * Tells an endpoint everything once more from some place on, as it is by now.
 * @param from `beginning`, `now` (what is waiting is left out), a time, or a cursor of the changes of contacts
 * @throws Refused missing_scope, not_found, invalid (the place)
 */
export async function replayWebhook(
  deps: Deps,
  scope: TenantScope,
  id: string,
  from: "beginning" | "now" | Date | { cursor: string },
): Promise<Webhook> {
  requireBoth(scope);
  const place = await placeAt(deps, scope, from);
  return there(await inOwn(deps, id, (tx) => moveWebhook(tx, scope.tenantId, id, place)));
}

async function placeAt(
  deps: Deps,
  { tenantId }: TenantScope,
  from: Parameters<typeof replayWebhook>[3],
): Promise<FeedPosition> {
  if (from === "beginning") return beginning;
  const horizon = await feedHorizon(deps.sql);
  if (from === "now") return horizon;
  // Nothing is older than 1970, and PostgreSQL has no year 0.
  const since = from instanceof Date ? new Date(Math.max(from.getTime(), 0)) : null;
  if (since !== null) return (await feedStart(deps.sql, tenantId, since)) ?? beginning;
  const [, epoch, place] = changeCursor((from as { cursor: string }).cursor);
  // Of other data than what is here by now: a restore lies in between.
  return epoch === horizon.epoch && comparePlaces(place, horizon) <= 0 ? place : beginning;
}

function changeCursor(cursor: string) {
  try {
    return decodeCursor(cursor, ChangeCursor);
  } catch {
    const message =
      "Write beginning, now, a time such as 2026-01-31T12:00:00Z, or a cursor of the changes of contacts.";
    throw new Refused({ code: "invalid", issues: [{ field: "from", code: "place_invalid", message }] });
  }
}

/** In a transaction; what is no id is nobody's. */
async function inOwn<T>(deps: Deps, id: string, act: (tx: Tx) => Promise<T>): Promise<T | null> {
  return isUuid(id) ? ((await deps.sql.begin(act)) as T) : null;
}

function there<T>(found: T | null): T {
  if (found === null) throw new Refused({ code: "not_found", what: "webhook" });
  return found;
}
