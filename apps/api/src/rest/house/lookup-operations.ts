import { json, type Operation } from "../../docs/operation.ts";
import { Fields, LookedUp } from "./contact-answers.ts";
import { ana } from "./contact-operations.ts";
import { LookupBody } from "./lookup.ts";

const tag = "Contacts";
const field = (name: string, type: string, share: number) => ({ name, type, custom: false, share });

/** Who is there, and what is known of them. */
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
  {
    id: "listFields",
    tag,
    method: "get",
    path: "/v1/contacts/fields",
    summary: "List the fields that contacts have",
    description: "The custom ones last, the most frequent of them first.",
    needs: "contacts:read",
    answers: { 200: { description: "The fields", content: json(Fields) } },
    examples: {
      fields: {
        summary: "Of three contacts",
        status: 200,
        answer: {
          success: true,
          data: [
            field("email", "text", 1),
            field("name", "text", 0),
            field("firstName", "text", 0.3333),
            field("lastName", "text", 0.3333),
            field("phone", "text", 0),
            field("tags", "list", 0.3333),
            field("status", "text", 1),
            field("externalId", "text", 0.3333),
            field("locale", "text", 0.3333),
            field("consent", "text", 0),
            field("source", "text", 0),
            field("createdAt", "time", 1),
            field("updatedAt", "time", 1),
            { name: "metadata.plan", type: "text", custom: true, share: 0.3333 },
          ],
          sampled: 3,
        },
      },
    },
  },
];
