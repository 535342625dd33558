import { z } from "zod";
import { json, type Operation } from "../../docs/operation.ts";
import { BulkReport } from "./answers.ts";
import { contactList } from "./bulk-body.ts";
import { contactFields } from "./contact-body.ts";
import { leaveFields } from "./resubscribe.ts";
import { BulkQuery } from "./wire.ts";

/** The limit unless CONTACTS_BULK_MAX says otherwise. */
const usualMax = 1000;

const mixed = {
  contacts: [
    { externalId: "crm-4", email: "dan@example.com", locale: "en", optIn: true },
    { externalId: "crm-1", attributes: { seats: 3 } },
    { email: "bo@example.com", optIn: true },
    { externalId: "crm-5", email: "nonsense" },
  ],
};

export const bulkOperations: Operation[] = [
  {
    id: "upsertContacts",
    tag: "Many contacts",
    method: "post",
    path: "/contacts/bulk",
    summary: "Create or update many contacts",
    description:
      "Each as a contact of its own would be, but nobody who left, bounced or complained is brought back unless there are `resubscribe` and a `consent`. A bad email or a conflict of ids fails its contact alone.",
    needs: "contacts:write",
    query: BulkQuery.extend({
      resubscribe: leaveFields.resubscribe,
      consent: leaveFields.consent,
    }),
    body: {
      content: json(z.object({ contacts: contactList(z.object(contactFields), usualMax), ...leaveFields })),
      description: `1 to ${usualMax} contacts, or as many as the operator says.`,
    },
    idempotent: true,
    answers: { 200: { description: "What became of the contacts", content: json(BulkReport) } },
    refusals: ["plan_limit_exceeded"],
    examples: {
      mixed: {
        summary: "New, known, gone, and one with a bad email",
        body: mixed,
        status: 200,
        answer: {
          created: 1,
          updated: 1,
          unchanged: 1,
          failed: 1,
          reasons: { kept_unsubscribed: 1 },
          errors: [
            {
              index: 3,
              externalId: "crm-5",
              email: "nonsense",
              code: "email_invalid",
              message: "The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
      strict: {
        summary: "All or nothing",
        query: { strict: "true" },
        body: mixed,
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "contacts.3.email",
              code: "email_invalid",
              message: "The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
      nobody: {
        summary: "An empty list",
        body: { contacts: [] },
        refusal: {
          code: "invalid",
          issues: [{ field: "contacts", code: "too_small", message: "Send at least one contact." }],
        },
      },
    },
  },
];
