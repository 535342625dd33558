import { sweepAnswers } from "@roster/store/accounts/idempotency.ts";
import { expireMerges } from "@roster/store/duplicates/merges.ts";
import { sweepHealthRuns } from "@roster/store/health/health-runs.ts";
import { expireReports } from "@roster/store/imports/import-batches.ts";
import { sweepUploads } from "@roster/store/imports/uploads.ts";
import { sweepJobContacts } from "@roster/store/jobs/job-contacts.ts";
import { requeueStaleJobs } from "@roster/store/jobs/jobs.ts";
import { expireUndo } from "@roster/store/jobs/undo.ts";
import { removeWorker, reportWorker } from "@roster/store/workers.ts";
import type { Deps } from "./deps.ts";

/**
 * Says that a worker is there, and puts the jobs of those who are not back into the queue.
 * @param leaseMs see `JobSettings`
 * @returns how many
 */
export async function reportAtWork(deps: Deps, workerId: string, leaseMs: number): Promise<number> {
  await reportWorker(deps.sql, workerId);
  return requeueStaleJobs(deps.sql, leaseMs / 1000);
}

/** Takes a worker that leaves off the list. */
export async function leaveWork(deps: Deps, workerId: string): Promise<void> {
  await removeWorker(deps.sql, workerId);
}

/** Removes files that nobody needs any more. @param keepDays after the end of their import @returns how many */
export async function removeOldUploads(deps: Deps, keepDays: number): Promise<number> {
  return sweepUploads(deps.sql, keepDays);
}

/** Forgets what jobs would need to be undone. @param keepDays after their end @returns how many jobs */
export async function removeOldBeforeImages(deps: Deps, keepDays: number): Promise<number> {
  return expireUndo(deps.sql, keepDays);
}

/** Forgets what merges would need to be undone. @param keepDays after they were done @returns how many merges */
export async function removeOldMergeImages(deps: Deps, keepDays: number): Promise<number> {
  return expireMerges(deps.sql, keepDays);
}

/** Removes the rows that failed in jobs. @param keepDays after their end @returns of how many jobs */
export async function removeOldReports(deps: Deps, keepDays: number): Promise<number> {
  return expireReports(deps.sql, keepDays);
}

/** Forgets answers to requests with a key after their 24 h. @returns how many */
export async function removeOldAnswers(deps: Deps): Promise<number> {
  return sweepAnswers(deps.sql);
}

/** Removes the lists of contacts of bulk jobs that were stopped. @param keepDays after their end @returns how many ids */
export async function removeOldJobContacts(deps: Deps, keepDays: number): Promise<number> {
  return sweepJobContacts(deps.sql, keepDays);
}

/** Of each tenant: finished health runs that can still say whom they found, and those of which the figures are kept. */
const keptHealthRuns = { findings: 2, runs: 100 };

/** Removes findings of older health runs, and of deleted contacts. @returns how many findings */
export async function removeOldHealthFindings(deps: Deps): Promise<number> {
  return sweepHealthRuns(deps.sql, keptHealthRuns);
}
