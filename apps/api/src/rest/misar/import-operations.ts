import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { z } from "zod";
import { importedCsv } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { ImportReport } from "./answers.ts";
import { NewContact } from "./contact-body.ts";
import { ImportQuery, importFields } from "./import-body.ts";

export const importOperations: Operation[] = [
  {
    id: "importContacts",
    tag: "Imports",
    method: "post",
    path: "/api/v1/contacts/import",
    summary: "Import contacts",
    description:
      "At once, from a list or a CSV; what the query and the object both say, the object decides. Contacts that unsubscribed, bounced or complained stay so, unless there are `resubscribe` and a `consent`. An import that would pass the plan's limit writes nothing.",
    needs: "contacts:write",
    query: ImportQuery,
    body: {
      content: {
        ...json(z.object({ contacts: z.array(NewContact).max(upsertLimit), ...importFields })),
        "text/csv": z
          .string()
          .describe("With a header row. A cell `tags` holds several, with ; or | between them."),
      },
      description: `At most ${upsertLimit} contacts and 5 MB.`,
    },
    idempotent: true,
    answers: { 200: { description: "What became of the rows", content: json(ImportReport) } },
    refusals: ["too_many_items", "plan_limit_exceeded", "unsupported_media_type"],
    examples: {
      mixed: {
        summary: "One new, one known, one that is no contact",
        body: {
          update_existing: true,
          contacts: [
            { email: "dan@example.com", first_name: "Dan" },
            { email: "ana@example.com", customFields: { seats: 3 } },
            { email: "nonsense" },
          ],
        },
        status: 200,
        answer: {
          success: true,
          imported: 1,
          updated: 1,
          skipped: 1,
          reasons: {},
          errors: [
            {
              row: 3,
              email: "nonsense",
              error: "email: The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
      csv: {
        summary: "The same as a CSV, in which known contacts are left as they are",
        body: importedCsv,
        type: "text/csv",
        status: 200,
        answer: {
          success: true,
          imported: 1,
          updated: 0,
          skipped: 2,
          reasons: {},
          errors: [{ row: 4, email: "nonsense", error: "The address has no @. Write it as name@domain." }],
        },
      },
      noList: {
        summary: "No list of contacts",
        body: { contact: { email: "ana@example.com" } },
        refusal: {
          code: "invalid",
          issues: [{ field: "contacts", code: "invalid_type", message: "Send the contacts as a list." }],
        },
      },
    },
  },
];
