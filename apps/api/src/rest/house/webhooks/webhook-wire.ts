import {
  DeliveryState,
  WebhookDescription,
  WebhookEvents,
  WebhookUrl,
} from "@roster/domain/webhooks/webhook.ts";
import type { Delivery } from "@roster/usecases/webhooks/webhook-log.ts";
import type { Webhook } from "@roster/usecases/webhooks/webhooks.ts";
import { z } from "zod";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { ReplayPlace } from "../../../replay-place.ts";

export const NewWebhook = z.strictObject(
  {
    url: WebhookUrl.describe("Where requests go: an https address; http only in private networks."),
    events: WebhookEvents.describe("What is told."),
    description: WebhookDescription.default(null),
    includeImports: z
      .boolean()
      .default(false)
      .describe("Whether contacts that an import created or changed are told too, and not its end alone."),
    isActive: z.boolean().default(true),
  },
  "Send a JSON object with url and events, with Content-Type: application/json.",
);

export const WebhookChange = z.strictObject({
  url: WebhookUrl.optional(),
  events: WebhookEvents.optional(),
  description: WebhookDescription.optional(),
  includeImports: z.boolean().optional(),
  isActive: z.boolean().optional(),
});

export const ReplayBody = z.strictObject({ from: ReplayPlace }, "Send a JSON object with from.");

export const DeliveriesQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
  state: DeliveryState.optional().describe("Only requests that are so."),
});

export const WebhookPath = z.object({ id: z.string().describe("The endpoint's id, a UUID.") });
export const DeliveryPath = WebhookPath.extend({
  deliveryId: z.string().describe("The request's id, a UUID; its header `webhook-id`."),
});

const time = (at: Date | null) => at?.toISOString() ?? null;

/** An endpoint, without its secret. */
export function houseWebhook(webhook: Webhook) {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    includeImports: webhook.includeImports,
    isActive: webhook.isActive,
    disabled: webhook.disabled,
    failures: webhook.failures,
    failingSince: time(webhook.failingSince),
    nextAttemptAt: webhook.failures > 0 && webhook.isActive ? time(webhook.nextAttemptAt) : null,
    lastDeliveredAt: time(webhook.lastDeliveredAt),
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}

/** One request to an endpoint. */
export function houseDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    kind: delivery.kind,
    state: delivery.state,
    items: delivery.items,
    attempts: delivery.attempts,
    responseStatus: delivery.responseStatus,
    error: delivery.error,
    createdAt: delivery.createdAt.toISOString(),
    attemptedAt: time(delivery.attemptedAt),
    finishedAt: time(delivery.finishedAt),
  };
}
