import type { JobError } from "@roster/domain/job.ts";
import { type BatchSize } from "./import-batches.ts";
/** What a job's work asks between two batches, and what may be set for it. */
export type JobControl = {
    /** Whether to leave after this batch: the slice is over, the process is asked to leave, or the job is cancelled. */
    shouldStop(): boolean;
    /** Says that the job's owner wants it to stop. */
    cancel(): void;
    readonly cancelled: boolean;
    batchSize: BatchSize;
    /** Batches that are written at once. Two keep both Postgres and this process busy; more only share the cores. */
    lanes: number;
};
export type JobSettings = {
    sliceMs: number;
    batchSize: BatchSize;
    lanes: number;
};
/** Three seconds a slice: a small import behind a large one starts within that time. */
export declare const defaultJobSettings: JobSettings;
/** @param leave aborted when the process is asked to leave */
export declare function jobControl(settings: JobSettings, leave: AbortSignal): JobControl;
/** The job as a whole cannot go on, and trying again would not help. */
export declare class JobFailed extends Error {
    readonly jobError: JobError;
    constructor(jobError: JobError);
}
