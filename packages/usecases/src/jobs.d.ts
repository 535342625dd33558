import { type Counters, type Reasons } from "@roster/domain/import-report.ts";
import { type JobError, type JobKind, type JobState } from "@roster/domain/job.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { type Job } from "@roster/store/jobs.ts";
import type { Deps } from "./deps.ts";
import type { SourceShape } from "./import-source/shape.ts";
/** A job as every door shows it, in its own words. */
export type JobView = {
    id: string;
    kind: JobKind;
    state: JobState;
    /** 0–100 */
    progress: number;
    processed: number;
    /** Known when the file has been read to its end. */
    total: number | null;
    counters: Counters;
    /** How many of the duplicates changed something. */
    duplicateChanged: number;
    reasons: Reasons;
    error: JobError | null;
    name: string | null;
    /** How the file is read: detected, or as the sender said. */
    file: SourceShape | null;
    dryRun: boolean;
    bytesDone: number;
    bytesTotal: number | null;
    rowsPerSecond: number | null;
    secondsLeft: number | null;
    createdAt: Date;
    startedAt: Date | null;
    finishedAt: Date | null;
};
export declare function jobView(job: Job, now: Date): JobView;
/** @throws Refused missing_scope, not_found */
export declare function getJob(deps: Deps, scope: TenantScope, jobId: string): Promise<JobView>;
export declare function storedJob(deps: Deps, scope: TenantScope, jobId: string): Promise<Job>;
/** A page of jobs, newest first. @throws Refused missing_scope, invalid (the cursor) */
export declare function listJobs(deps: Deps, scope: TenantScope, query: {
    limit: number;
    cursor?: string | undefined;
    kind?: JobKind | undefined;
}): Promise<{
    jobs: JobView[];
    cursor: string | null;
    hasMore: boolean;
}>;
/**
 * Asks a job to stop: a queued one ends at once, a running one within a batch. What it has written stays.
 * @throws Refused missing_scope, not_found, job_not_cancellable
 */
export declare function cancelJob(deps: Deps, scope: TenantScope, jobId: string): Promise<JobView>;
/** Why one row of a file failed. */
export type JobFailure = {
    row: number;
    field: string | null;
    value: string | null;
    email: string | null;
    code: string;
    message: string;
};
/** A page of the rows that failed, in the order of the file. @throws Refused missing_scope, not_found, invalid (the cursor) */
export declare function listJobFailures(deps: Deps, scope: TenantScope, jobId: string, query: {
    limit: number;
    cursor?: string | undefined;
}): Promise<{
    failures: JobFailure[];
    cursor: string | null;
    hasMore: boolean;
}>;
