import { exportHeaders } from "@roster/domain/contacts/export-column.ts";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { z } from "zod";
import { exampleTime, nobody } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { ImportReport } from "../contacts/contact-answers.ts";
import { ContactUpsert } from "../contacts/contact-body.ts";
import { ana } from "../contacts/contact-operations.ts";
import { ExportQuery, ResubscribeQuery } from "../contacts/contact-query.ts";
import { importFields } from "./contact-import-body.ts";

const tag = "Many contacts";
const csv = [
  exportHeaders.join(","),
  `${ana.id},ana@example.com,,Ana,Ruiz,,spring,"{""plan"":""pro""}",active,crm-1,en,,,50,potential,${exampleTime},${exampleTime}`,
];

/** Contacts in and out, while the caller waits. */
export const contactFileOperations: Operation[] = [
  {
    id: "importContacts",
    tag,
    method: "post",
    path: "/v1/contacts/import",
    summary: "Import a list of contacts",
    description:
      "Each is merged into the contact that it names by `externalId`, else by email, or created; tags are added. Contacts that unsubscribed, bounced or complained stay so, unless there are `resubscribe` and a `consent`. An import that would pass the plan's limit writes nothing.",
    needs: "contacts:write",
    query: ResubscribeQuery,
    body: {
      content: json(z.strictObject({ contacts: z.array(ContactUpsert).max(upsertLimit), ...importFields })),
      description: `At most ${upsertLimit} contacts and 10 MB.`,
    },
    idempotent: true,
    answers: { 200: { description: "What became of each contact", content: json(ImportReport) } },
    refusals: ["plan_limit_exceeded", "too_many_items"],
    examples: {
      list: {
        summary: "A new contact, one that is there, and a mistake",
        body: {
          contacts: [
            { email: "dan@example.com", firstName: "Dan" },
            { email: "ana@example.com", metadata: { seats: 3 } },
            { email: "nonsense" },
          ],
          skipExisting: false,
          tags: ["june"],
        },
        status: 200,
        answer: {
          success: true,
          imported: 2,
          created: 1,
          updated: 1,
          unchanged: 0,
          duplicate: 0,
          skipped: 0,
          failed: 1,
          reasons: {},
          errors: [
            {
              index: 2,
              email: "nonsense",
              field: "email",
              code: "email_invalid",
              message: "The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
      noConsent: {
        summary: "resubscribe without a consent",
        body: { contacts: [], resubscribe: true },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "consent",
              code: "custom",
              message:
                "resubscribe and consent go together: send resubscribe: true with the text of the consent, or neither.",
            },
          ],
        },
      },
    },
  },
  {
    id: "exportContacts",
    tag,
    method: "get",
    path: "/v1/contacts/export",
    summary: "Export contacts",
    description:
      "All that the filters select, newest first, as a file of any length. What is exported imports again to the same contacts. In the CSV a cell that a spreadsheet would run has an apostrophe in front.",
    needs: "contacts:read",
    query: ExportQuery,
    refusals: ["not_found"],
    answers: {
      200: {
        description: "The file",
        content: {
          "text/csv": z.string(),
          "application/x-ndjson": z.string().describe("A contact on each line, as JSON."),
        },
      },
    },
    examples: {
      csv: {
        summary: "Who has the tag spring",
        query: { tag: "spring" },
        status: 200,
        answer: `${csv.join("\n")}\n`,
        answerType: "text/csv",
      },
      noSegment: {
        summary: "A segment that there is not",
        query: { segmentId: nobody.id },
        refusal: { code: "not_found", what: "segment" },
      },
      unknownFormat: {
        summary: "A format that there is not",
        query: { format: "xml" },
        refusal: {
          code: "invalid",
          issues: [{ field: "format", code: "invalid_value", message: "Write csv or ndjson." }],
        },
      },
    },
  },
];
