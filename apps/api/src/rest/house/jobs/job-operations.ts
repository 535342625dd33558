import { z } from "zod";
import {
  exampleTime,
  importedCsv,
  importJob,
  nobody as nobodyId,
  queuedJob,
  startedJob,
  stoppedJob,
} from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf, Queued } from "../answers.ts";
import { FailuresQuery, JobPath, JobsQuery, RetryBody } from "../wire.ts";
import { Job, JobFailure, UndoForecast } from "./job-answers.ts";

const path = "/v1/jobs";
const onePath = `${path}/{id}`;
const tag = "Jobs";

const counters = { created: 0, updated: 0, unchanged: 0, duplicate: 0, skipped: 0, failed: 0, deleted: 0 };

/** An import that waits for a worker. */
const queued = {
  id: queuedJob,
  kind: "import",
  state: "queued",
  progress: 0,
  processed: 0,
  total: null,
  counters,
  reasons: {},
  error: null,
  createdAt: exampleTime,
  startedAt: null,
  finishedAt: null,
  name: null,
  dryRun: false,
  target: "contacts",
  reportKept: true,
  undoable: true,
  undoneBy: null,
  retryable: false,
  change: null,
  file: null,
  bytesDone: 0,
  bytesTotal: importedCsv.length,
  rowsPerSecond: null,
  secondsLeft: null,
  duplicateChanged: 0,
};

const shape = {
  format: "csv",
  gzip: false,
  encoding: "utf-8",
  delimiter: ",",
  headers: ["email", "firstName", "plan"],
  headerRow: true,
  contents: ["email", null, null],
};

/** One that is done: Dan is new, Ana is as the file says, and one row has no usable email. */
const done = {
  ...queued,
  id: importJob,
  state: "completed",
  progress: 100,
  processed: 3,
  total: 3,
  counters: { ...counters, created: 1, unchanged: 1, failed: 1 },
  startedAt: exampleTime,
  finishedAt: exampleTime,
  file: shape,
  bytesDone: importedCsv.length,
};

/** What is different of one that stopped in its one batch and goes on. */
const goesOn = { id: stoppedJob, state: "queued", progress: 99, total: null, finishedAt: null };

const failure = {
  row: 4,
  id: null,
  field: "email",
  value: "nonsense",
  email: "nonsense",
  code: "email_invalid",
  message: "The address has no @. Write it as name@domain.",
};

const nobody = {
  summary: "An id that no job has",
  path: { id: nobodyId.id },
  refusal: { code: "not_found", what: "job" },
} as const;

/** Reading jobs. */
const reading: Operation[] = [
  {
    id: "listJobs",
    tag,
    method: "get",
    path,
    summary: "List jobs",
    description: "Newest first.",
    needs: "contacts:read",
    query: JobsQuery,
    answers: { 200: { description: "A page", content: json(manyOf(Job)) } },
    examples: {
      imports: {
        summary: "Imports",
        query: { kind: "import", limit: "50" },
        status: 200,
        answer: { success: true, data: [done], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "getJob",
    tag,
    method: "get",
    path: onePath,
    summary: "See how far a job is",
    needs: "contacts:read",
    params: JobPath,
    answers: { 200: { description: "The job", content: json(oneOf(Job)) } },
    examples: {
      done: {
        summary: "A job that is done",
        path: { id: importJob },
        status: 200,
        answer: { success: true, data: done },
      },
      unknown: nobody,
    },
  },
  {
    id: "listJobErrors",
    tag,
    method: "get",
    path: `${onePath}/errors`,
    summary: "List the rows that failed",
    needs: "contacts:read",
    params: JobPath,
    query: FailuresQuery,
    answers: { 200: { description: "A page, in the order of the file", content: json(manyOf(JobFailure)) } },
    examples: {
      failed: {
        summary: "The one row of an import that failed",
        path: { id: importJob },
        query: { limit: "50" },
        status: 200,
        answer: { success: true, data: [failure], cursor: null, hasMore: false },
      },
      unknown: nobody,
    },
    refusals: ["report_expired"],
  },
  {
    id: "getJobErrorsCsv",
    tag,
    method: "get",
    path: `${onePath}/errors.csv`,
    summary: "Get the rows that failed as a file",
    description:
      "With the cells as they were, and the reason in a last column. Mended, it is imported as it is.",
    needs: "contacts:read",
    params: JobPath,
    answers: { 200: { description: "The file", content: { "text/csv": z.string() } } },
    examples: {
      failed: {
        summary: "The one row of an import that failed",
        path: { id: importJob },
        status: 200,
        answer: `email,firstName,plan,roster_error\r\nnonsense,,,${failure.message}\r\n`,
        answerType: "text/csv",
      },
      unknown: nobody,
    },
    refusals: ["report_expired"],
  },
  {
    id: "previewUndo",
    tag,
    method: "get",
    path: `${onePath}/undo-preview`,
    summary: "See what an undo would do",
    needs: "contacts:read",
    params: JobPath,
    answers: { 200: { description: "What it would do now", content: json(oneOf(UndoForecast)) } },
    examples: {
      forecast: {
        summary: "An import that created one contact",
        path: { id: importJob },
        status: 200,
        answer: { success: true, data: { deletes: 1, reverts: 0, changedSince: 0 } },
      },
      unknown: nobody,
    },
    refusals: ["job_not_undoable"],
  },
];

/** What can be done to a job. */
const acting: Operation[] = [
  {
    id: "cancelJob",
    tag,
    method: "post",
    path: `${onePath}/cancel`,
    summary: "Cancel a job",
    description: "A queued job ends at once, a running one within a batch. What it has written stays.",
    needs: "contacts:write",
    params: JobPath,
    idempotent: true,
    answers: { 200: { description: "The job as it is now", content: json(oneOf(Job)) } },
    examples: {
      cancelled: {
        summary: "A job that waits for a worker",
        path: { id: queuedJob },
        status: 200,
        answer: {
          success: true,
          data: { ...queued, state: "cancelled", finishedAt: exampleTime, retryable: true },
        },
      },
      ended: {
        summary: "A job that is done",
        path: { id: importJob },
        refusal: { code: "job_not_cancellable", state: "completed" },
      },
      unknown: nobody,
    },
  },
  {
    id: "retryJob",
    tag,
    method: "post",
    path: `${onePath}/retry`,
    summary: "Go on with a job that stopped",
    description: "Behind the last batch that it wrote, under the same id and with the same report.",
    needs: "contacts:write",
    params: JobPath,
    body: { content: json(RetryBody) },
    idempotent: true,
    answers: { 202: { description: "The job as it is now", content: json(oneOf(Job)) } },
    examples: {
      queued: {
        summary: "An import that stopped at its first failed row",
        path: { id: stoppedJob },
        body: { stopAfterFailures: null },
        status: 202,
        answer: { success: true, data: { ...done, ...goesOn } },
      },
      completed: {
        summary: "A job that is done",
        path: { id: importJob },
        body: {},
        refusal: { code: "job_not_retryable", why: "it is completed" },
      },
      unknown: nobody,
    },
  },
  {
    id: "undoJob",
    tag,
    method: "post",
    path: `${onePath}/undo`,
    summary: "Undo a job",
    description:
      "A job of its own: what the other one created is deleted, what it changed goes back, except where somebody changed a contact since.",
    needs: "contacts:write",
    params: JobPath,
    idempotent: true,
    answers: { 202: { description: "The undo is queued", content: json(Queued) } },
    examples: {
      queued: {
        summary: "An import is taken back",
        path: { id: importJob },
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
      waiting: {
        summary: "A job that has not run yet",
        path: { id: queuedJob },
        refusal: { code: "job_not_undoable", why: "it is queued; cancel it first, or wait" },
      },
      unknown: nobody,
    },
  },
];

export const jobOperations: Operation[] = [...reading, ...acting];
