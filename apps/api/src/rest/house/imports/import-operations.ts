import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { SourceHints } from "@roster/usecases/imports/imports.ts";
import { z } from "zod";
import { importedCsv, nobody, startedJob } from "../../../docs/example-people.ts";
import { type Content, type Example, json, type Operation } from "../../../docs/operation.ts";
import { Queued } from "../answers.ts";
import { ImportPreview } from "./import-answers.ts";
import { ImportOptions } from "./import-options.ts";

const path = "/v1/contacts/imports";
const tag = "Imports";

const Upload = z.object({
  uploadId: z.string(),
  name: z.string().nullish(),
  ...SourceHints.shape,
  ...ImportPolicy.shape,
});
const Contacts = z.array(z.record(z.string(), z.unknown()));
export const bytes = z.string().meta({ format: "binary" });

const content: Content = {
  "text/csv": z.string(),
  "text/tab-separated-values": z.string(),
  "application/x-ndjson": z.string().describe("One JSON object a line."),
  ...json(
    z.union([
      Contacts.describe("The contacts themselves."),
      Upload.describe("What to do with a file that is here already; then the query is empty."),
    ]),
  ),
  "multipart/form-data": ImportOptions.extend({ file: bytes.optional() }).describe(
    "The file, with the options as fields.",
  ),
  "application/gzip": bytes,
  "application/octet-stream": bytes,
  "text/plain": z.string(),
};

const body = {
  content,
  description:
    "The file, of any size, plain or with `Content-Encoding: gzip`; or a form with it; or a JSON object that names an upload.",
};

const options =
  "The first row names the columns; those that are not known become custom attributes. What is not said of the file is detected.";

const column = { field: null, attribute: null, ignored: false };
const previewColumns = [
  {
    ...column,
    header: "email",
    field: "email",
    by: "header",
    reason: "The header “email” means email.",
    samples: ["ana@example.com", "dan@example.com", "nonsense"],
  },
  {
    ...column,
    header: "firstName",
    field: "firstName",
    by: "header",
    reason: "The header “firstName” means firstName.",
    samples: ["Ana", "Dan"],
  },
  {
    ...column,
    header: "plan",
    attribute: "plan",
    by: "attribute",
    reason: "“plan” is no field of a contact, so it becomes the attribute “plan”.",
    samples: ["pro", "free"],
  },
];

const row = (row: number, contact: object | null) => ({
  row,
  contact,
  suppression: null,
  event: null,
  problem: null,
});

const noEmail = {
  code: "email_invalid",
  field: "email",
  value: "nonsense",
  message: "The address has no @. Write it as name@domain.",
};

const noUpload: Example = {
  summary: "An upload that is not here",
  body: { uploadId: nobody.id },
  type: "application/json",
  refusal: { code: "not_found", what: "upload" },
};

const badOption: Example = {
  summary: "An option that is not known",
  query: { skip: "true" },
  body: importedCsv,
  refusal: {
    code: "invalid",
    issues: [
      {
        field: "skip",
        code: "unknown_field",
        message: "This field is not known here. Remove it, or check its spelling.",
      },
    ],
  },
};

export const importOperations: Operation[] = [
  {
    id: "startImport",
    tag,
    method: "post",
    path,
    summary: "Import a file",
    description: `Queued as a job, which can be undone. ${options} Contacts that unsubscribed, bounced or complained stay so, unless there are \`resubscribe\` and a \`consent\`.`,
    needs: "contacts:write",
    query: ImportOptions,
    body,
    idempotent: true,
    answers: { 202: { description: "The import is queued", content: json(Queued) } },
    refusals: ["bad_upload", "unsupported_media_type", "plan_limit_exceeded"],
    examples: {
      csv: {
        summary: "A CSV as the body",
        query: { tags: "fair", name: "Spring fair" },
        body: importedCsv,
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
      form: {
        summary: "A form",
        body: { onExisting: "skip", file: importedCsv },
        type: "multipart/form-data",
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
      badOption,
      noUpload,
    },
  },
  {
    id: "previewImport",
    tag,
    method: "post",
    path: `${path}/preview`,
    summary: "See what an import would make of a file",
    description: `Reads its beginning and writes nothing. ${options} The file is kept, so that it need not be sent again: see \`uploadId\`.`,
    needs: "contacts:write",
    query: ImportOptions,
    body,
    answers: {
      200: {
        description: "The columns, the first rows, and what is wrong in them",
        content: json(ImportPreview),
      },
    },
    refusals: ["bad_upload", "unsupported_media_type"],
    examples: {
      csv: {
        summary: "A CSV",
        body: importedCsv,
        status: 200,
        answer: {
          success: true,
          data: {
            uploadId: startedJob,
            shape: {
              format: "csv",
              gzip: false,
              encoding: "utf-8",
              delimiter: ",",
              headers: ["email", "firstName", "plan"],
              headerRow: true,
              contents: ["email", null, null],
            },
            columns: previewColumns,
            rows: [
              row(2, { email: "ana@example.com", firstName: "Ana", attributes: { plan: "pro" } }),
              row(3, { email: "dan@example.com", firstName: "Dan", attributes: { plan: "free" } }),
              { ...row(4, null), problem: noEmail },
            ],
            problems: { counts: { email_invalid: 1 }, rows: [{ row: 4, ...noEmail }] },
            rowsRead: 3,
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
