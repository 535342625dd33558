import { z } from "zod";
import { StorableText } from "../text/storable-text.ts";
import { WebhookEvent } from "./webhook-event.ts";

const urlMessage = "Write an address as https://example.com/roster, without a user, password or fragment.";
const longestUrl = 2048;

/** Where an endpoint receives. Whether its host may be sent to is known when it is looked up, at each request. */
export const WebhookUrl = StorableText.max(
  longestUrl,
  `An address has at most ${longestUrl} characters.`,
).refine(isReceiver, urlMessage);

function isReceiver(text: string): boolean {
  return /^https?:\/\/[^/?#@\s\\]+([/?][^#\s\\]*)?$/i.test(text);
}

/** What an endpoint is to be told of, each once. */
export const WebhookEvents = z
  .array(WebhookEvent)
  .min(1, "Name at least one event.")
  .max(WebhookEvent.options.length, "Name each event once.")
  .refine((events) => new Set(events).size === events.length, "Name each event once.");

/** What an endpoint is for, in its owner's words. */
export const WebhookDescription = StorableText.trim().max(200).nullable();

/** Most endpoints of a tenant: each is looked after every second. */
export const webhookLimit = 20;

/** Requests about one endpoint's deliveries: `delivered`, `failed` and `superseded` are over. */
export const DeliveryState = z.enum(["pending", "delivered", "failed", "superseded"]);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** What a request tells: changes; that the data was restored from a backup; nothing, for a test. */
export const DeliveryKind = z.enum(["changes", "restored", "test"]);
export type DeliveryKind = z.infer<typeof DeliveryKind>;

/** Why an endpoint was switched off without its owner, as a code, a sentence, and when (ISO 8601). */
export const WebhookDisabled = z.object({
  code: z.enum(["failing", "gone"]),
  message: z.string(),
  at: z.iso.datetime(),
});
export type WebhookDisabled = z.infer<typeof WebhookDisabled>;
