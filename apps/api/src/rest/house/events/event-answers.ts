import { Bounce } from "@roster/domain/events/event.ts";
import { z } from "zod";
import { manyOf, oneOf, Time } from "../answers.ts";

/** What became of the events of a request. */
export const RecordedEvents = oneOf(
  z.object({
    accepted: z.int(),
    duplicate: z.int().describe("Whose id was counted before; they changed nothing."),
    failed: z.int(),
    errors: z.array(
      z.object({
        index: z.int().describe("The event's place in the list, from 0."),
        id: z.string().nullable().describe("Its own id, as it was sent."),
        email: z.string().nullable(),
        field: z.string().nullable(),
        code: z.string().describe("What it is, for programs."),
        message: z.string().describe("What was wrong, and how to mend it."),
      }),
    ),
  }),
);

const when = Time.nullable();

/** What became of one campaign. */
const Send = z.object({
  campaignId: z.string().nullable().describe("`null` for all events together that name no campaign."),
  campaignName: z.string().nullable(),
  sentAt: Time.describe("When it was sent; where nobody told, the earliest that is known of it."),
  deliveredAt: when,
  openedAt: when.describe("When it was first opened."),
  clickedAt: when.describe("When it was first clicked."),
  bouncedAt: when,
  bounce: Bounce.nullable(),
  complainedAt: when,
  unsubscribedAt: when,
  events: z
    .object({
      sent: z.int(),
      delivered: z.int(),
      opened: z.int(),
      clicked: z.int(),
      bounced: z.int(),
    })
    .describe("How many events of each type there were."),
});

/** What a contact did with what it was sent. */
export const EngagementAnswer = manyOf(Send).extend({
  engagement: z.object({
    contactId: z.string(),
    level: z.enum(["active", "passive", "dormant"]).describe("By the tenant's settings."),
    lastEngagementAt: when.describe("The last open or click."),
    totals: z
      .object({ sends: z.int(), delivered: z.int(), opens: z.int(), clicks: z.int() })
      .describe("Mails, not events: one that was opened five times counts once."),
    softBounces: z.int().describe("In a row, without a delivery between."),
    firstSentAt: when,
    lastSentAt: when,
    lastDeliveredAt: when,
    lastOpenedAt: when,
    lastClickedAt: when,
  }),
});
