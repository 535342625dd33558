import { EventProvider, sourceSettings } from "@roster/domain/events/event-source.ts";
import { z } from "zod";
import { Time } from "../answers.ts";

/** A source of events. */
export const EventSource = z.object({
  id: z.uuid(),
  name: z.string(),
  provider: EventProvider,
  settings: z
    .union([
      z.object({ topicArn: z.string() }),
      z.object({ publicKey: z.string().nullable(), countMachineOpens: z.boolean() }),
      z.object({ basicAuth: z.boolean() }),
    ])
    .describe(`Those of its provider: ${Object.keys(sourceSettings).join(", ")}.`),
  beginning: z.string().describe("The first characters of its token, by which it is recognised."),
  lastReceivedAt: Time.nullable(),
  received: z
    .object({
      accepted: z.int().describe("Events that were recorded."),
      duplicate: z.int().describe("Events that were known already: providers may tell them again."),
      failed: z.int().describe("Events that could not be recorded, such as those of unknown addresses."),
      ignored: z.int().describe("What says nothing of a contact, such as a delay."),
      refused: z.int().describe("Requests that were turned down."),
    })
    .describe("What came so far."),
  lastError: z.object({ message: z.string(), at: Time }).nullable(),
  createdAt: Time,
  updatedAt: Time,
});

/** A source with what opens it, shown once. */
export const OpenedEventSource = EventSource.extend({
  token: z.string(),
  path: z.string().describe("To which the provider sends its events, behind this server's address."),
  user: z.string().nullable().describe("The user name that the provider has to send, if any."),
  password: z.string().nullable(),
});
