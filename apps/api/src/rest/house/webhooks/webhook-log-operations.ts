import { exampleTime, nobody, testDelivery, webhook } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf } from "../answers.ts";
import { DeliveryAnswer } from "./webhook-answers.ts";
import { DeliveriesQuery, DeliveryPath, WebhookPath } from "./webhook-wire.ts";

const path = "/v1/webhooks/{id}/deliveries";
const onePath = `${path}/{deliveryId}`;
const tag = "Webhooks";

/** A test that was asked for and is not sent yet. */
export const waiting = {
  id: testDelivery,
  kind: "test",
  state: "pending",
  items: 0,
  attempts: 0,
  responseStatus: null,
  error: null,
  createdAt: exampleTime,
  attemptedAt: null,
  finishedAt: null,
};

const known = { path: { id: webhook, deliveryId: testDelivery } };
const unknown = {
  summary: "An id that no request has",
  path: { id: webhook, deliveryId: nobody.id },
  refusal: { code: "not_found", what: "delivery" },
} as const;

/** What endpoints were told, and what they answered. */
export const deliveryOperations: Operation[] = [
  {
    id: "listWebhookDeliveries",
    tag,
    method: "get",
    path,
    summary: "List the requests to an endpoint",
    description: "Newest first, of the last 30 days. No contacts are in this log.",
    needs: "contacts:read",
    params: WebhookPath,
    query: DeliveriesQuery,
    answers: { 200: { description: "A page", content: json(manyOf(DeliveryAnswer)) } },
    examples: {
      pending: {
        summary: `One that is still to be sent (${testDelivery})`,
        path: { id: webhook },
        query: { state: "pending", limit: "50" },
        status: 200,
        answer: { success: true, data: [waiting], cursor: null, hasMore: false },
      },
      unknown: {
        summary: "An id that no endpoint has",
        path: { id: nobody.id },
        refusal: { code: "not_found", what: "webhook" },
      },
    },
  },
  {
    id: "getWebhookDelivery",
    tag,
    method: "get",
    path: onePath,
    summary: "See a request to an endpoint",
    needs: "contacts:read",
    params: DeliveryPath,
    answers: { 200: { description: "The request", content: json(oneOf(DeliveryAnswer)) } },
    examples: {
      found: { summary: "A test", ...known, status: 200, answer: { success: true, data: waiting } },
      unknown,
    },
  },
  {
    id: "replayWebhookDelivery",
    tag,
    method: "post",
    path: `${onePath}/replay`,
    summary: "Send a request once more",
    description:
      "Under its id, in front of what waits. It tells what still stands in its part of the feed: what changed since was told by a later one.",
    needs: "contacts:write",
    params: DeliveryPath,
    idempotent: true,
    answers: { 202: { description: "The request", content: json(oneOf(DeliveryAnswer)) } },
    examples: {
      again: { summary: "A test", ...known, status: 202, answer: { success: true, data: waiting } },
      unknown,
    },
  },
];
