import { EventInput } from "@roster/domain/events/event-input.ts";
import { z } from "zod";
import { exampleTime, nobody, startedJob } from "../../../docs/example-people.ts";
import { type Example, json, type Operation } from "../../../docs/operation.ts";
import { Queued } from "../answers.ts";
import { ImportPreview } from "../imports/import-answers.ts";
import { bytes } from "../imports/import-operations.ts";
import { EventImportOptions, EventOptionsObject } from "../imports/import-options.ts";

const tag = "Events";

const rows = z.array(EventInput);

const file = {
  content: {
    "application/x-ndjson": z.string().describe("One event a line, with the fields of a request's."),
    "text/csv": z.string().describe("With a column for each field; others are passed over."),
    "text/tab-separated-values": z.string(),
    ...json(
      z.union([
        rows.describe("The events themselves."),
        EventOptionsObject.describe("What to do with a file that is here already; then the query is empty."),
      ]),
    ),
    "multipart/form-data": EventImportOptions.extend({ file: bytes.optional() }).describe(
      "The file, with the options as fields.",
    ),
    "application/gzip": bytes,
    "application/octet-stream": bytes,
    "text/plain": z.string(),
  },
  description:
    "The file, of any size, plain or with `Content-Encoding: gzip`; or a form with it; or a JSON object that names an upload.",
};

const eventsFile = `${[
  { id: "evt-1", type: "opened", email: "ana@example.com", campaignId: "autumn" },
  { id: "evt-2", type: "clicked", email: "nonsense" },
]
  .map((event) => JSON.stringify(event))
  .join("\n")}\n`;

const noUpload: Example = {
  summary: "An upload that is not here",
  body: { uploadId: nobody.id },
  type: "application/json",
  refusal: { code: "not_found", what: "upload" },
};

const badOption: Example = {
  summary: "An option that means nothing for events",
  query: { onExisting: "skip" },
  body: eventsFile,
  refusal: {
    code: "invalid",
    issues: [
      {
        field: "onExisting",
        code: "unknown_field",
        message: "This field is not known here. Remove it, or check its spelling.",
      },
    ],
  },
};

const previewColumn = (header: string, samples: string[]) => ({
  header,
  field: header,
  attribute: null,
  ignored: false,
  by: "header",
  reason: `The header “${header}” means ${header}.`,
  samples,
});

const previewRow = (row: number) => ({ row, contact: null, suppression: null, event: null, problem: null });

const noEmail = {
  code: "email_invalid",
  field: "email",
  value: "nonsense",
  message: "The address has no @. Write it as name@domain.",
};

/** Files of events. */
export const eventImportOperations: Operation[] = [
  {
    id: "importEvents",
    tag,
    method: "post",
    path: "/v1/events/imports",
    summary: "Import a file of events",
    description:
      "Queued as a job: `created` counts the events that counted, `duplicate` those whose id was counted before. Whatever is said of the events of a request holds for its rows.",
    needs: "contacts:write",
    query: EventImportOptions,
    body: file,
    idempotent: true,
    answers: { 202: { description: "The import is queued", content: json(Queued) } },
    refusals: ["bad_upload", "unsupported_media_type"],
    examples: {
      ndjson: {
        summary: "NDJSON as the body",
        query: { name: "Last week" },
        body: eventsFile,
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
      badOption,
      noUpload,
    },
  },
  {
    id: "previewEvents",
    tag,
    method: "post",
    path: "/v1/events/imports/preview",
    summary: "See how a file of events would be read",
    description:
      "Reads its beginning and writes nothing; whether the contacts are there is not looked up. The file is kept, so that it need not be sent again: see `uploadId`.",
    needs: "contacts:write",
    query: EventImportOptions,
    body: file,
    answers: {
      200: {
        description: "The columns, the first rows, and what is wrong in them",
        content: json(ImportPreview),
      },
    },
    refusals: ["bad_upload", "unsupported_media_type"],
    examples: {
      ndjson: {
        summary: "NDJSON",
        body: eventsFile,
        status: 200,
        answer: {
          success: true,
          data: {
            uploadId: startedJob,
            shape: {
              format: "ndjson",
              gzip: false,
              encoding: "utf-8",
              delimiter: null,
              headers: null,
              headerRow: false,
              contents: [],
            },
            columns: [
              previewColumn("id", ["evt-1", "evt-2"]),
              previewColumn("type", ["opened", "clicked"]),
              previewColumn("email", ["ana@example.com", "nonsense"]),
              previewColumn("campaignId", ["autumn"]),
            ],
            rows: [
              {
                ...previewRow(1),
                event: {
                  id: "evt-1",
                  contact: { email: "ana@example.com" },
                  event: {
                    type: "opened",
                    at: exampleTime,
                    campaignId: "autumn",
                    campaignName: null,
                    bounce: null,
                  },
                },
              },
              { ...previewRow(2), problem: noEmail },
            ],
            problems: { counts: { email_invalid: 1 }, rows: [{ row: 2, ...noEmail }] },
            rowsRead: 2,
            complete: true,
            error: null,
          },
        },
      },
      badOption,
      noUpload,
    },
  },
];
