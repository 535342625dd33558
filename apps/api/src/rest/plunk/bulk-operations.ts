import { z } from "zod";
import { ana, bo, bulkJob, nobody, startedJob } from "../../docs/example-people.ts";
import { type Example, json, type Operation } from "../../docs/operation.ts";
import { BulkJob, Queued } from "./answers.ts";
import { ByIds, ByQuery } from "./bulk-body.ts";
import { JobPath } from "./wire.ts";

const tag = "Many contacts";

const byIds = {
  summary: "By their ids",
  body: { contactIds: [ana.id, bo.id] },
};

/** A refusal that all of them share. */
const nobodyNamed: Example = {
  summary: "Nobody named",
  body: {},
  refusal: {
    code: "invalid",
    issues: [{ field: "contactIds", code: "custom", message: "Name at least one contact." }],
  },
};

const what = {
  subscribe:
    "Brings back who unsubscribed. Contacts that bounced or complained stay as they are and are reported as failed.",
  unsubscribe: "Contacts that bounced or complained stay as they are and count as unchanged.",
  delete:
    "Of contacts that were not subscribed a keyed hash of the address stays, so that no import mails them again.",
} as const;

function start(action: keyof typeof what): Operation {
  return {
    id: `bulk${action[0]!.toUpperCase()}${action.slice(1)}`,
    tag,
    method: "post",
    path: `/contacts/bulk-${action}`,
    summary: `${action[0]!.toUpperCase()}${action.slice(1)} many contacts`,
    description: `Queues the change; the job says what became of it. ${what[action]}`,
    needs: "contacts:write",
    body: {
      content: json(z.union([ByIds, ByQuery])),
      description: "Up to 1,000 ids, or a filter without a limit.",
    },
    idempotent: true,
    answers: { 202: { description: "The change is queued", content: json(Queued) } },
    examples: {
      ids: {
        ...byIds,
        status: 202,
        answer: { message: `The bulk ${action} is queued.`, jobId: startedJob },
      },
      query: {
        summary: "By a filter, but for one of them",
        body: { mode: "query", filter: { search: "@example.com", subscribed: true }, excludeIds: [bo.id] },
        status: 202,
        answer: { message: `The bulk ${action} is queued.`, jobId: startedJob },
      },
      nobodyNamed,
    },
  };
}

/** What can be done to many contacts at once. */
export const bulkOperations: Operation[] = [
  start("subscribe"),
  start("unsubscribe"),
  start("delete"),
  {
    id: "getBulkJob",
    tag,
    method: "get",
    path: "/contacts/bulk/{jobId}",
    summary: "See how far a bulk change is",
    needs: "contacts:read",
    params: JobPath,
    answers: { 200: { description: "The change", content: json(BulkJob) } },
    examples: {
      completed: {
        summary: "A change that is done",
        path: { jobId: bulkJob },
        status: 200,
        answer: {
          id: bulkJob,
          state: "completed",
          progress: 100,
          data: {},
          failedReason: null,
          result: {
            operation: "unsubscribe",
            totalRequested: 3,
            successCount: 1,
            unchangedCount: 1,
            failureCount: 1,
            errors: [
              {
                contactId: nobody.id,
                email: null,
                error: "No contact has this id. It may have been deleted, or belong to another tenant.",
              },
            ],
          },
        },
      },
      unknown: {
        summary: "An id that no bulk change has",
        path: { jobId: nobody.id },
        refusal: { code: "not_found", what: "job" },
      },
    },
  },
];
