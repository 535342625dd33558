import {
  exampleTime,
  newDelivery,
  newWebhook,
  nobody,
  webhook as webhookId,
} from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done, manyOf, oneOf } from "../answers.ts";
import { DeliveryAnswer, NewSecretAnswer, NewWebhookAnswer, WebhookAnswer } from "./webhook-answers.ts";
import { deliveryOperations, waiting } from "./webhook-log-operations.ts";
import { NewWebhook, ReplayBody, WebhookChange, WebhookPath } from "./webhook-wire.ts";

const path = "/v1/webhooks";
const onePath = `${path}/{id}`;
const tag = "Webhooks";

/** An endpoint as the examples have it. */
const endpoint = {
  id: webhookId,
  url: "https://example.com/roster",
  description: "The shop",
  events: ["contact.updated", "contact.deleted", "import.completed"],
  includeImports: false,
  isActive: true,
  disabled: null,
  failures: 0,
  failingSince: null,
  nextAttemptAt: null,
  lastDeliveredAt: null,
  createdAt: exampleTime,
  updatedAt: exampleTime,
};
const exampleSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDpj4HkQHcQkU=";

const unknown = {
  summary: "An id that no endpoint has",
  path: { id: nobody.id },
  refusal: { code: "not_found", what: "webhook" },
} as const;
const known = { path: { id: webhookId } };

const keeping: Operation[] = [
  {
    id: "listWebhooks",
    tag,
    method: "get",
    path,
    summary: "List endpoints",
    description: "All of them, newest first.",
    needs: "contacts:read",
    answers: { 200: { description: "The endpoints", content: json(manyOf(WebhookAnswer)) } },
    examples: {
      one: {
        summary: `A tenant with one endpoint (${webhookId})`,
        status: 200,
        answer: { success: true, data: [endpoint], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "createWebhook",
    tag,
    method: "post",
    path,
    summary: "Make an endpoint",
    description:
      "It is told what happens from now on, up to 500 changes in a request, signed by the Standard Webhooks specification. The answer is the only one with its secret. The key needs `contacts:read` too.",
    needs: "contacts:write",
    body: { content: json(NewWebhook) },
    idempotent: true,
    answers: { 201: { description: "The endpoint", content: json(oneOf(NewWebhookAnswer)) } },
    examples: {
      shop: {
        summary: "For a shop",
        body: { url: endpoint.url, description: endpoint.description, events: endpoint.events },
        status: 201,
        answer: { success: true, data: { ...endpoint, id: newWebhook, secret: exampleSecret } },
      },
      noUrl: {
        summary: "An address that is none",
        body: { url: "example.com", events: ["contact.updated"] },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "url",
              code: "custom",
              message:
                "Write an address as https://example.com/roster, without a user, password or fragment.",
            },
          ],
        },
      },
    },
  },
  {
    id: "getWebhook",
    tag,
    method: "get",
    path: onePath,
    summary: "See an endpoint",
    needs: "contacts:read",
    params: WebhookPath,
    answers: { 200: { description: "The endpoint", content: json(oneOf(WebhookAnswer)) } },
    examples: {
      found: { summary: "The shop's", ...known, status: 200, answer: { success: true, data: endpoint } },
      unknown,
    },
  },
  {
    id: "updateWebhook",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change an endpoint",
    description:
      "What is absent stays. One that is switched on, or gets another address, is tried at once. While it was off nothing was lost: it is told what each contact is by then.",
    needs: "contacts:write",
    params: WebhookPath,
    body: { content: json(WebhookChange) },
    answers: { 200: { description: "The endpoint", content: json(oneOf(WebhookAnswer)) } },
    examples: {
      off: {
        summary: "Switch it off",
        ...known,
        body: { isActive: false },
        status: 200,
        answer: { success: true, data: { ...endpoint, isActive: false } },
      },
      unknown: { ...unknown, body: { isActive: false } },
    },
  },
  {
    id: "deleteWebhook",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete an endpoint",
    description: "With its log.",
    needs: "contacts:write",
    params: WebhookPath,
    answers: { 200: { description: "It is gone", content: json(Done) } },
    examples: {
      gone: { summary: "The shop's", ...known, status: 200, answer: { success: true } },
      unknown,
    },
  },
];

const acting: Operation[] = [
  {
    id: "rotateWebhookSecret",
    tag,
    method: "post",
    path: `${onePath}/secret`,
    summary: "Give an endpoint another secret",
    description: "For 24 h requests are signed with the former one too.",
    needs: "contacts:write",
    params: WebhookPath,
    idempotent: true,
    answers: { 200: { description: "The secret", content: json(oneOf(NewSecretAnswer)) } },
    examples: {
      rotated: {
        summary: "The shop's",
        ...known,
        status: 200,
        answer: { success: true, data: { secret: exampleSecret, formerValidUntil: exampleTime } },
      },
      unknown,
    },
  },
  {
    id: "testWebhook",
    tag,
    method: "post",
    path: `${onePath}/test`,
    summary: "Send an endpoint a test",
    description:
      "A request that tells nothing, once and within seconds, also to an endpoint that is off. What came of it is in the log. If it is taken, what waits for the endpoint follows at once.",
    needs: "contacts:write",
    params: WebhookPath,
    idempotent: true,
    answers: { 202: { description: "The request", content: json(oneOf(DeliveryAnswer)) } },
    examples: {
      sent: {
        summary: "The shop's",
        ...known,
        status: 202,
        answer: { success: true, data: { ...waiting, id: newDelivery } },
      },
      unknown,
    },
  },
  {
    id: "replayWebhook",
    tag,
    method: "post",
    path: `${onePath}/replay`,
    summary: "Tell an endpoint everything once more, from some place on",
    description: "Each contact as it is by now. To fill a copy from nothing, read `/v1/contacts/changes`.",
    needs: "contacts:write",
    params: WebhookPath,
    body: { content: json(ReplayBody) },
    idempotent: true,
    answers: { 202: { description: "The endpoint", content: json(oneOf(WebhookAnswer)) } },
    examples: {
      time: {
        summary: "Since a day",
        ...known,
        body: { from: "2026-01-31" },
        status: 202,
        answer: { success: true, data: endpoint },
      },
      nowhere: {
        summary: "A place that is none",
        ...known,
        body: { from: "yesterday" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "from",
              code: "place_invalid",
              message:
                "Write beginning, now, a time such as 2026-01-31T12:00:00Z, or a cursor of the changes of contacts.",
            },
          ],
        },
      },
      unknown: { ...unknown, body: { from: "now" } },
    },
  },
];

/** Endpoints that are told of changes. */
export const webhookOperations: Operation[] = [...keeping, ...acting, ...deliveryOperations];
