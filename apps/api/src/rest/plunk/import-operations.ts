import { exampleCsv, importJob, nobody, queuedJob, startedJob } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { ImportJob, Queued } from "./answers.ts";
import { ImportForm, JobPath } from "./wire.ts";

const path = "/contacts/import";
const tag = "Imports";

export const importOperations: Operation[] = [
  {
    id: "importContacts",
    tag,
    method: "post",
    path,
    summary: "Import a CSV",
    description:
      "Queues the file; the job says what became of it. Contacts that unsubscribed, bounced or complained stay so. Needs a column with emails; columns that are not known become custom fields.",
    needs: "contacts:write",
    body: { content: { "multipart/form-data": ImportForm } },
    idempotent: true,
    answers: { 202: { description: "The import is queued", content: json(Queued) } },
    refusals: ["plan_limit_exceeded"],
    examples: {
      queued: {
        summary: "Two people",
        body: { file: exampleCsv },
        status: 202,
        answer: { message: "The import is queued.", jobId: startedJob },
      },
      noFile: {
        summary: "A form without the file",
        body: { note: "no file" },
        refusal: {
          code: "bad_upload",
          problem: "no_file",
          message: "No file came. Send a CSV in the form field “file”.",
        },
      },
    },
  },
  {
    id: "getImport",
    tag,
    method: "get",
    path: `${path}/{jobId}`,
    summary: "See how far an import is",
    needs: "contacts:read",
    params: JobPath,
    answers: { 200: { description: "The import", content: json(ImportJob) } },
    examples: {
      completed: {
        summary: "An import that is done",
        path: { jobId: importJob },
        status: 200,
        answer: {
          id: importJob,
          state: "completed",
          progress: 100,
          data: {},
          failedReason: null,
          result: {
            totalRows: 3,
            successCount: 2,
            createdCount: 1,
            updatedCount: 1,
            failureCount: 1,
            errors: [
              {
                row: 4,
                email: "nonsense",
                error: "The address has no @. Write it as name@domain.",
              },
            ],
          },
        },
      },
      waiting: {
        summary: "An import that waits for a worker",
        path: { jobId: queuedJob },
        status: 200,
        answer: { id: queuedJob, state: "waiting", progress: 0, data: {}, failedReason: null, result: null },
      },
      unknown: {
        summary: "An id that no import has",
        path: { jobId: nobody.id },
        refusal: { code: "not_found", what: "job" },
      },
    },
  },
];
