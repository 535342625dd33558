import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import {
  type CounterName,
  type Counters,
  counterNames,
  type Reasons,
} from "@roster/domain/imports/import-report.ts";
import type { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import {
  hasEnded,
  type JobError,
  type JobKind,
  type JobState,
  pace,
  progressPercent,
  retryObstacle,
} from "@roster/domain/jobs/job.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { failurePage } from "@roster/store/imports/import-batches.ts";
import { type Job, jobById, jobPage, requestCancel } from "@roster/store/jobs/jobs.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import { BulkOptions } from "../bulk/bulk-options.ts";
import type { Deps } from "../deps.ts";
import { ImportOptions } from "../imports/imports.ts";
import type { SourceShape } from "../imports/source/shape.ts";

/** A job as every door shows it, in its own words. */
export type JobView = {
  id: string;
  kind: JobKind;
  state: JobState;
  /** 0–100 */
  progress: number;
  processed: number;
  /** Known when the file has been read to its end; of jobs without a file from the start. */
  total: number | null;
  counters: Counters;
  /** How many of the duplicates changed something. */
  duplicateChanged: number;
  reasons: Reasons;
  error: JobError | null;
  name: string | null;
  /** What a bulk job does to its contacts. */
  change: BulkChange | null;
  /** How the file is read: detected, or as the sender said. */
  file: SourceShape | null;
  dryRun: boolean;
  /** What an import's rows become; null for other jobs. */
  target: ImportPolicy["target"] | null;
  /** Whether what it would go back to is still kept; see `undoJob`. */
  undoable: boolean;
  /** Whether the rows that failed can still be read. */
  reportKept: boolean;
  /** The job that took this one back. */
  undoneBy: string | null;
  /** Whether it can go on from where it stopped; see `retryJob`. */
  retryable: boolean;
  bytesDone: number;
  bytesTotal: number | null;
  rowsPerSecond: number | null;
  secondsLeft: number | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

export function jobView(job: Job, now: Date): JobView {
  const running = job.state === "running";
  const until = job.finishedAt ?? now;
  // An import knows its bytes before it knows its rows; other jobs know how many contacts they are about.
  const [done, of] =
    job.bytesTotal === null ? [job.rowsDone, job.rowsTotal] : [job.bytesDone, job.bytesTotal];
  const policy = job.kind === "import" ? ImportOptions.parse(job.options).policy : null;
  const speed = pace(job.startedAt?.getTime() ?? null, until.getTime(), job.rowsDone, done, of ?? 0);
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    progress: progressPercent(job.state, done, of),
    processed: job.rowsDone,
    total: job.rowsTotal,
    counters: Object.fromEntries(counterNames.map((name) => [name, job[name]])) as Record<
      CounterName,
      number
    >,
    duplicateChanged: job.duplicateChanged,
    reasons: job.reasons,
    error: job.error,
    name: jobName(job),
    change: job.kind === "bulk" ? BulkOptions.parse(job.options).change : null,
    file: job.shape as SourceShape | null,
    dryRun: policy?.dryRun ?? false,
    target: policy?.target ?? null,
    reportKept: job.reportKept,
    undoable: job.undoable && job.undoneBy === null,
    undoneBy: job.undoneBy,
    retryable: whyNotRetried(job) === null,
    bytesDone: job.bytesDone,
    bytesTotal: job.bytesTotal,
    rowsPerSecond: speed.rowsPerSecond,
    secondsLeft: running ? speed.secondsLeft : null,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

/** Why a job cannot go on from where it stopped, as the end of a sentence; null if it can. */
export function whyNotRetried(job: Job): string | null {
  const obstacle = retryObstacle(job);
  if (obstacle === null && job.kind === "health") return "a health run begins anew; start another one";
  if (obstacle === null && job.kind === "duplicates") return "a search begins anew; start another one";
  if (obstacle !== null || job.kind !== "import") return obstacle;
  const { dryRun, target } = ImportOptions.parse(job.options).policy;
  if (dryRun) return "a dry run keeps nothing to go on from; start it again";
  if (!job.reportKept) return "its failed rows are no longer kept; start it again";
  if (!job.uploadKept) return "its file is no longer kept; upload it again";
  // A second half that can be undone after a first half that cannot would put contacts back to what they never were.
  const expired = target === "contacts" && !job.undoable;
  return expired ? "it is too long ago; start it again" : null;
}

/** What the job is about, in its owner's words: the name of a file. */
export function jobName(job: Job): string | null {
  return z.object({ name: z.string().nullable() }).parse(job.options).name;
}

/** @throws Refused missing_scope, not_found */
export async function getJob(deps: Deps, scope: TenantScope, jobId: string): Promise<JobView> {
  requireScope(scope, "contacts:read");
  return jobView(await storedJob(deps, scope, jobId), deps.now());
}

export async function storedJob(deps: Deps, scope: TenantScope, jobId: string): Promise<Job> {
  const job = isUuid(jobId) ? await jobById(deps.sql, scope.tenantId, jobId) : null;
  if (job === null) throw new Refused({ code: "not_found", what: "job" });
  return job;
}

const JobCursor = z.tuple([z.uuid()]);

/** A page of jobs, newest first. @throws Refused missing_scope, invalid (the cursor) */
export async function listJobs(
  deps: Deps,
  scope: TenantScope,
  query: { limit: number; cursor?: string | undefined; kind?: JobKind | undefined },
): Promise<{ jobs: JobView[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = query.cursor === undefined ? undefined : decodeCursor(query.cursor, JobCursor)[0];
  const found = await jobPage(deps.sql, scope.tenantId, { limit: query.limit, beforeId, kind: query.kind });
  const jobs = found.slice(0, query.limit).map((job) => jobView(job, deps.now()));
  const hasMore = found.length > query.limit;
  return { jobs, hasMore, cursor: hasMore ? encodeCursor([jobs.at(-1)!.id]) : null };
}

/**
 * Asks a job to stop: a queued one ends at once, a running one within a batch. What it has written stays.
 * @throws Refused missing_scope, not_found, job_not_cancellable
 */
export async function cancelJob(deps: Deps, scope: TenantScope, jobId: string): Promise<JobView> {
  requireScope(scope, "contacts:write");
  const job = await storedJob(deps, scope, jobId);
  if (job.kind === "erasure") throw new Refused({ code: "job_not_cancellable", state: job.kind });
  const cancelled = await deps.sql.begin((tx) => requestCancel(tx, scope.tenantId, jobId));
  if (cancelled !== null) return jobView(cancelled, deps.now());
  throw new Refused({ code: "job_not_cancellable", state: hasEnded(job.state) ? job.state : "ended" });
}

/** Why one row of a file, or one contact of a bulk change, failed. */
export type JobFailure = {
  row: number;
  /** The contact's id as it was given; null for a row of a file. */
  id: string | null;
  field: string | null;
  value: string | null;
  email: string | null;
  code: string;
  message: string;
};

const FailureCursor = z.tuple([z.number().int()]);

/**
 * A page of the rows that failed, in the order of the file.
 * @throws Refused missing_scope, not_found, report_expired, invalid (the cursor)
 */
export async function listJobFailures(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ failures: JobFailure[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const job = await storedJob(deps, scope, jobId);
  requireReport(job);
  const afterRow = query.cursor === undefined ? undefined : decodeCursor(query.cursor, FailureCursor)[0];
  const found = await failurePage(deps.sql, scope.tenantId, job.id, { limit: query.limit, afterRow });
  const failures = found.slice(0, query.limit).map(({ raw, row, field, value, email, code, message }) => {
    const id = job.kind === "bulk" ? raw : null;
    return { row, id, field, value, email, code, message };
  });
  const hasMore = found.length > query.limit;
  return { failures, hasMore, cursor: hasMore ? encodeCursor([failures.at(-1)!.row]) : null };
}

/** @throws Refused report_expired */
export function requireReport({ reportKept, failed }: Job): void {
  if (!reportKept) throw new Refused({ code: "report_expired", failed });
}
