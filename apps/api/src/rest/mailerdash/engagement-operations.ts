import { z } from "zod";
import { exampleTime, springLetter } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { Time } from "./answers.ts";
import { ContactPath } from "./wire.ts";

const Engagement = z.object({
  email: z.string(),
  sends: z
    .array(
      z.object({
        campaign_id: z.string().nullable().describe("`null` for all events together that name no campaign."),
        campaign_name: z.string().nullable(),
        sent_at: Time,
        opened: z.boolean(),
        clicked: z.boolean(),
      }),
    )
    .describe("The latest first, at most 1,000."),
  totals: z
    .object({ sends: z.int(), opens: z.int(), clicks: z.int() })
    .describe("Mails: one that was opened five times counts once."),
  score: z.enum(["active", "passive", "dormant"]),
  last_engagement_at: Time.nullable().describe("The last open or click."),
});

/** What a contact did with what it was sent. */
export const engagementOperations: Operation[] = [
  {
    id: "getEngagement",
    tag: "Contacts",
    method: "get",
    path: "/v1/bulk/contacts/{email}/engagement",
    summary: "Get a contact's engagement",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "Campaigns and what they come to", content: json(Engagement) } },
    examples: {
      opened: {
        summary: "Ana, who opened a letter",
        path: { email: "ana@example.com" },
        status: 200,
        answer: {
          email: "ana@example.com",
          sends: [
            {
              campaign_id: springLetter,
              campaign_name: "Spring letter",
              sent_at: exampleTime,
              opened: true,
              clicked: false,
            },
          ],
          totals: { sends: 1, opens: 1, clicks: 0 },
          score: "active",
          last_engagement_at: exampleTime,
        },
      },
      unknown: {
        summary: "An email that no contact has",
        path: { email: "nobody@example.com" },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
