import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { DeliveryState } from "@roster/domain/webhooks/webhook.ts";
import {
  type Delivery,
  deliveryById,
  deliveryPage,
  insertDelivery,
  sendAgain,
  sweepDeliveries,
} from "@roster/store/webhooks/webhook-deliveries.ts";
import { webhookById } from "@roster/store/webhooks/webhooks.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { getWebhook } from "./webhooks.ts";

export type { Delivery } from "@roster/store/webhooks/webhook-deliveries.ts";

const LogCursor = z.tuple([z.uuid()]);

/** A page of an endpoint's requests, newest first. @throws Refused missing_scope, not_found, invalid (the cursor) */
export async function listDeliveries(
  deps: Deps,
  scope: TenantScope,
  webhookId: string,
  query: { limit: number; cursor?: string | undefined; state?: DeliveryState | undefined },
): Promise<{ deliveries: Delivery[]; cursor: string | null; hasMore: boolean }> {
  await getWebhook(deps, scope, webhookId);
  const beforeId = query.cursor === undefined ? undefined : decodeCursor(query.cursor, LogCursor)[0];
  const page = { limit: query.limit, state: query.state, beforeId };
  const found = await deliveryPage(deps.sql, scope.tenantId, webhookId, page);
  const deliveries = found.slice(0, query.limit);
  const hasMore = found.length > query.limit;
  return { deliveries, hasMore, cursor: hasMore ? encodeCursor([deliveries.at(-1)!.id]) : null };
}

/** One request to an endpoint. @throws Refused missing_scope, not_found */
export async function getDelivery(
  deps: Deps,
  scope: TenantScope,
  webhookId: string,
  id: string,
): Promise<Delivery> {
  await getWebhook(deps, scope, webhookId);
  return there(isUuid(id) ? await deliveryById(deps.sql, { tenantId: scope.tenantId, webhookId, id }) : null);
}

/**
 * Sends one request once more, under its id, in front of what waits. It tells what still stands in its part of the feed: what
 * changed since is told by a later one.
 * @throws Refused missing_scope, not_found
 */
export async function replayDelivery(
  deps: Deps,
  scope: TenantScope,
  webhookId: string,
  id: string,
): Promise<Delivery> {
  requireScope(scope, "contacts:write");
  await getWebhook(deps, scope, webhookId);
  const key = { tenantId: scope.tenantId, webhookId, id };
  return there(isUuid(id) ? await deps.sql.begin((tx) => sendAgain(tx, key)) : null);
}

/**
 * Sends an endpoint a request that tells nothing, once and within seconds, also where it is switched off or failing. If it is taken,
 * what waits follows at once.
 * @returns the request, to be looked at by `getDelivery`
 * @throws Refused missing_scope, not_found
 */
export async function testWebhook(deps: Deps, scope: TenantScope, webhookId: string): Promise<Delivery> {
  requireScope(scope, "contacts:write");
  await getWebhook(deps, scope, webhookId);
  const key = { tenantId: scope.tenantId, webhookId, id: deps.newId() };
  return deps.sql.begin(async (tx) => {
    // It may have been deleted meanwhile.
    if ((await webhookById(tx, scope.tenantId, webhookId)) === null) {
      throw new Refused({ code: "not_found", what: "webhook" });
    }
    return insertDelivery(tx, key, { kind: "test", items: 0, stretch: null });
  });
}

/** Forgets requests that are over. @param keepDays after they were made @returns how many */
export async function removeOldDeliveries(deps: Deps, keepDays: number): Promise<number> {
  return sweepDeliveries(deps.sql, keepDays);
}

function there<T>(found: T | null): T {
  if (found === null) throw new Refused({ code: "not_found", what: "delivery" });
  return found;
}
