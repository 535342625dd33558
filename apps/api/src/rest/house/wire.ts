import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { JobKind } from "@roster/domain/jobs/job.ts";
import type { JobView } from "@roster/usecases/jobs/jobs.ts";
import { z } from "zod";
import { pageLimit } from "../../page-limit.ts";
import { Cursor } from "../../query-value.ts";

const page = {
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
};

export const JobsQuery = z.strictObject({
  ...page,
  kind: JobKind.optional().describe("Only jobs of this kind."),
});
export const FailuresQuery = z.strictObject(page);

/** The path of one job. */
export const JobPath = z.object({ id: z.string().describe("The job's id, a UUID.") });

/** What may be changed for the rest of a job that is tried again. */
export const RetryBody = z.strictObject({
  stopAfterFailures: ImportPolicy.shape.stopAfterFailures.nullable(),
});

/** One object in this dialect's envelope. */
export function one(data: object) {
  return { success: true, data };
}

/** A keyset page in this dialect's envelope. */
export function many(
  data: readonly object[],
  { cursor, hasMore }: { cursor: string | null; hasMore: boolean },
) {
  return { success: true, data, cursor, hasMore };
}

/** A job: what is documented first, then what this server can say beyond; all that there is. */
export function houseJob(job: JobView) {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    progress: job.progress,
    processed: job.processed,
    total: job.total,
    counters: job.counters,
    reasons: job.reasons,
    error: job.error,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    name: job.name,
    dryRun: job.dryRun,
    target: job.target,
    reportKept: job.reportKept,
    undoable: job.undoable,
    undoneBy: job.undoneBy,
    retryable: job.retryable,
    change: job.change?.action ?? null,
    file: job.file,
    bytesDone: job.bytesDone,
    bytesTotal: job.bytesTotal,
    rowsPerSecond: job.rowsPerSecond,
    secondsLeft: job.secondsLeft,
    duplicateChanged: job.duplicateChanged,
  } satisfies Record<keyof JobView, unknown>;
}
