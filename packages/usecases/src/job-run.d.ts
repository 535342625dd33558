import type { Deps } from "./deps.ts";
import { type JobSettings } from "./job-control.ts";
/** A job whose holder was not heard of for this long is given to another worker. */
export declare const leaseSeconds = 20;
/**
 * Works on a job for one slice and puts it back into the queue if there is more to do. What the queue delivers twice, or
 * late, does no harm: the epoch lets only the latest holder write.
 * @param leave aborted when the process is asked to leave
 */
export declare function runJob(deps: Deps, payload: {
    tenantId: string;
    jobId: string;
}, leave: AbortSignal, settings?: JobSettings): Promise<void>;
