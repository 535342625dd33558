import { json, type Operation } from "../../docs/operation.ts";
import { Fields, LookedUp } from "./answers.ts";
import { ana } from "./contact-operations.ts";
import { LookupBody } from "./lookup.ts";

const tag = "Contacts";

/** Who is there, and what is known of them. */
export const lookupOperations: Operation[] = [
  {
    id: "lookUpContacts",
    tag,
    method: "post",
    path: "/contacts/lookup",
    summary: "Look up to 500 contacts up by their emails",
    description: "It changes nothing.",
    needs: "contacts:read",
    body: { content: json(LookupBody) },
    answers: { 200: { description: "Who is there, and who is not", content: json(LookedUp) } },
    examples: {
      two: {
        summary: "One of two is there",
        body: { emails: [ana.email, "dan@example.com"] },
        status: 200,
        answer: { found: [ana], notFound: ["dan@example.com"] },
      },
      nobody: {
        summary: "No email is named",
        body: { emails: [] },
        refusal: {
          code: "invalid",
          issues: [{ field: "emails", code: "too_small", message: "Name at least one email." }],
        },
      },
    },
  },
  {
    id: "listFields",
    tag,
    method: "get",
    path: "/contacts/fields",
    summary: "List the fields that contacts have",
    description: "The custom ones last, the most frequent of them first.",
    needs: "contacts:read",
    answers: { 200: { description: "The fields", content: json(Fields) } },
    examples: {
      fields: {
        summary: "Of three contacts",
        status: 200,
        answer: {
          fields: [
            { field: "email", type: "text", coverage: 100 },
            { field: "data.firstName", type: "text", coverage: 33.33 },
            { field: "data.lastName", type: "text", coverage: 33.33 },
            { field: "data.phone", type: "text", coverage: 0 },
            { field: "data.tags", type: "list", coverage: 33.33 },
            { field: "subscribed", type: "boolean", coverage: 100 },
            { field: "data.locale", type: "text", coverage: 33.33 },
            { field: "createdAt", type: "time", coverage: 100 },
            { field: "updatedAt", type: "time", coverage: 100 },
            { field: "data.plan", type: "text", coverage: 33.33 },
          ],
          count: 10,
        },
      },
    },
  },
];
