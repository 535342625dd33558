import { EventInput, eventsLimit } from "@roster/domain/events/event-input.ts";
import { z } from "zod";
import { ana, exampleTime, nobody, springLetter } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { ContactPath } from "../contacts/contact-query.ts";
import { EngagementQuery } from "./engagement.ts";
import { EngagementAnswer, RecordedEvents } from "./event-answers.ts";

const tag = "Events";

const recorded = (data: object) => ({
  success: true,
  data: { accepted: 0, duplicate: 0, failed: 0, ...data },
});

const springSend = {
  campaignId: springLetter,
  campaignName: "Spring letter",
  sentAt: exampleTime,
  deliveredAt: null,
  openedAt: exampleTime,
  clickedAt: null,
  bouncedAt: null,
  bounce: null,
  complainedAt: null,
  unsubscribedAt: null,
  events: { sent: 1, delivered: 0, opened: 1, clicked: 0, bounced: 0 },
};

/** What mail servers and recipients did, and what a contact's events come to. */
export const eventOperations: Operation[] = [
  {
    id: "recordEvents",
    tag,
    method: "post",
    path: "/v1/events",
    summary: "Record what happened to mails",
    description: `At most ${eventsLimit} events, in any order, late ones too. An event with an \`id\` counts once, however often it is sent. Bounces, complaints and goodbyes change the contact's status. One that cannot be counted keeps no other back.`,
    needs: "contacts:write",
    body: { content: json(z.object({ events: z.array(EventInput).max(eventsLimit) })) },
    idempotent: true,
    answers: { 202: { description: "What became of the events", content: json(RecordedEvents) } },
    refusals: ["too_many_items"],
    examples: {
      recorded: {
        summary: "A mail that was opened, told twice, and somebody whom nobody knows",
        body: {
          events: [
            {
              id: "evt-1",
              type: "sent",
              email: "Ana@example.com",
              campaignId: "autumn",
              campaignName: "Autumn letter",
            },
            { id: "evt-2", type: "opened", contactId: ana.houseId, campaignId: "autumn" },
            { id: "evt-2", type: "opened", contactId: ana.houseId, campaignId: "autumn" },
            { id: "evt-3", type: "bounced", bounce: "hard", email: "nobody@example.com" },
          ],
        },
        status: 202,
        answer: recorded({
          accepted: 2,
          duplicate: 1,
          failed: 1,
          errors: [
            {
              index: 3,
              id: "evt-3",
              email: "nobody@example.com",
              field: "email",
              code: "contact_unknown",
              message:
                "There is no contact with this address. Create the contact first, then send the event again.",
            },
          ],
        }),
      },
      notAList: {
        summary: "One event by itself",
        body: { events: { type: "opened", email: "ana@example.com" } },
        refusal: {
          code: "invalid",
          issues: [{ field: "events", code: "invalid_type", message: "Send the events as a list." }],
        },
      },
    },
  },
  {
    id: "getEngagement",
    tag,
    method: "get",
    path: "/v1/contacts/{id}/engagement",
    summary: "Get a contact's engagement",
    description: "What it comes to, and the campaigns that the contact was sent, the latest first.",
    needs: "contacts:read",
    params: ContactPath,
    query: EngagementQuery,
    answers: { 200: { description: "A page of campaigns", content: json(EngagementAnswer) } },
    examples: {
      opened: {
        summary: "Ana, who opened a letter",
        path: { id: ana.houseId },
        status: 200,
        answer: {
          success: true,
          data: [springSend],
          cursor: null,
          hasMore: false,
          engagement: {
            contactId: ana.houseId,
            level: "active",
            lastEngagementAt: exampleTime,
            totals: { sends: 1, delivered: 1, opens: 1, clicks: 0 },
            softBounces: 0,
            firstSentAt: exampleTime,
            lastSentAt: exampleTime,
            lastDeliveredAt: null,
            lastOpenedAt: exampleTime,
            lastClickedAt: null,
          },
        },
      },
      unknown: {
        summary: "An id that no contact has",
        path: { id: nobody.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
