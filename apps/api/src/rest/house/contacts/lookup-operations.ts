import { json, type Operation } from "../../../docs/operation.ts";
import { LookedUp } from "./contact-answers.ts";
import { ana } from "./contact-operations.ts";
import { LookupBody } from "./lookup.ts";

const tag = "Contacts";

/** Who is there. */
export const lookupOperations: Operation[] = [
  {
    id: "lookUpContacts",
    tag,
    method: "post",
    path: "/v1/contacts/lookup",
    summary: "Look contacts up by email or externalId",
    description: "Each contact once, in the order given, emails first. It changes nothing.",
    needs: "contacts:read",
    body: { content: json(LookupBody) },
    answers: { 200: { description: "Who is there, and who is not", content: json(LookedUp) } },
    examples: {
      both: {
        summary: "By both",
        body: { emails: ["Ana@example.com", "dan@example.com"], externalIds: ["crm-9"] },
        status: 200,
        answer: { success: true, data: { found: [ana], notFound: ["dan@example.com", "crm-9"] } },
      },
      nobody: {
        summary: "Nobody is named",
        body: {},
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "body",
              code: "custom",
              message: "Say whom you look for: send emails, externalIds, or both.",
            },
          ],
        },
      },
    },
  },
];
