import type { Deps } from "./deps.ts";
/** A worker reports every 5 s; one that missed this many seconds is not there. */
export declare const workerSilenceSeconds = 20;
/** Whether requests can be answered and jobs will run. */
export declare function readiness(deps: Deps): Promise<{
    database: boolean;
    worker: boolean;
}>;
