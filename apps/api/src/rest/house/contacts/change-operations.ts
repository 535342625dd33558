import { z } from "zod";
import { exampleTime } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Time } from "../answers.ts";
import { ChangesQuery } from "./changes.ts";
import { ContactAnswer } from "./contact-answers.ts";
import { ana } from "./contact-operations.ts";

const Change = z.discriminatedUnion("type", [
  z.object({
    type: z
      .enum(["created", "updated"])
      .describe("Take both for “this is what the contact is now”: what came before is not shown."),
    contact: ContactAnswer,
    at: Time,
  }),
  z.object({ type: z.literal("deleted"), id: z.string().describe("The contact's id."), at: Time }),
]);

const Changes = z.object({
  success: z.literal(true),
  data: z.array(Change),
  cursor: z.string().describe("Keep it with your copy: it leads to what changes after this page."),
  hasMore: z.boolean().describe("Whether the cursor leads to more right now."),
  reset: z
    .boolean()
    .describe(
      "This page is the beginning: empty your copy before you apply it. So also after a restore from a backup.",
    ),
});

/** What changed, for whoever keeps a copy. */
export const changeOperations: Operation[] = [
  {
    id: "listContactChanges",
    tag: "Contacts",
    method: "get",
    path: "/v1/contacts/changes",
    summary: "Follow the changes of contacts",
    description:
      "Each contact, or that it was deleted, once, at its latest change; the oldest change first. Apply the pages one after the other and keep the last cursor: your copy then has the same contacts as the server, whatever is committed late. Several changes of one contact show as one. A change shows as soon as no transaction still runs that began before it.",
    needs: "contacts:read",
    query: ChangesQuery,
    answers: { 200: { description: "A page", content: json(Changes) } },
    examples: {
      beginning: {
        summary: "The beginning",
        query: { limit: "1" },
        status: 200,
        answer: {
          success: true,
          data: [{ type: "created", contact: ana, at: exampleTime }],
          cursor: "MTB1c3U0YzBbImNoYW5nZXMiLDEsWzEsIjg0MSIsbnVsbF1d",
          hasMore: true,
          reset: true,
        },
      },
      edited: {
        summary: "A cursor that was cut",
        query: { cursor: "MTB1c3U0YzBbImNoYW5n" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "cursor",
              code: "cursor_invalid",
              message: "The cursor is not one that this list gave out. Start again without a cursor.",
            },
          ],
        },
      },
    },
  },
];
