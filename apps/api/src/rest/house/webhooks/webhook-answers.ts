import {
  DeliveryKind,
  DeliveryState,
  WebhookDisabled,
  WebhookEvents,
} from "@roster/domain/webhooks/webhook.ts";
import { z } from "zod";
import { Time } from "../answers.ts";

const when = Time.nullable();

/** An endpoint in an answer. */
export const WebhookAnswer = z.object({
  id: z.uuid(),
  url: z.string(),
  description: z.string().nullable(),
  events: WebhookEvents,
  includeImports: z.boolean(),
  isActive: z.boolean(),
  disabled: WebhookDisabled.nullable().describe("Why it was switched off without you."),
  failures: z.int().describe("Requests in a row that were not taken."),
  failingSince: when,
  nextAttemptAt: when.describe("When a request that failed is tried again."),
  lastDeliveredAt: when,
  createdAt: Time,
  updatedAt: Time,
});

const secret = z.string().describe("What requests are signed with. It is shown this once.");

export const NewWebhookAnswer = WebhookAnswer.extend({ secret });

export const NewSecretAnswer = z.object({
  secret,
  formerValidUntil: Time.describe("Until then requests are signed with the former secret too."),
});

/** One request to an endpoint in an answer. */
export const DeliveryAnswer = z.object({
  id: z.uuid().describe("The request's header `webhook-id`, the same however often it is sent."),
  kind: DeliveryKind,
  state: DeliveryState.describe(
    "`superseded`: what it told of changed before it was taken, and comes with a later one.",
  ),
  items: z.int().describe("The changes in it."),
  attempts: z.int(),
  responseStatus: z.int().nullable().describe("Of the last answer; `null` where none came."),
  error: z.string().nullable().describe("Why the last attempt failed."),
  createdAt: Time,
  attemptedAt: when,
  finishedAt: when,
});
