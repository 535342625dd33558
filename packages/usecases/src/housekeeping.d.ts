import type { Deps } from "./deps.ts";
/** Says that a worker is there, and puts the jobs of those who are not back into the queue. @returns how many */
export declare function reportAtWork(deps: Deps, workerId: string): Promise<number>;
/** Takes a worker that leaves off the list. */
export declare function leaveWork(deps: Deps, workerId: string): Promise<void>;
/** Removes files that nobody needs any more. @param keepDays after the end of their import @returns how many */
export declare function removeOldUploads(deps: Deps, keepDays: number): Promise<number>;
