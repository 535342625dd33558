import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { listsOfChange } from "@roster/domain/jobs/bulk-change.ts";
import { hasEnded } from "@roster/domain/jobs/job.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { insertJob, type Job } from "@roster/store/jobs/jobs.ts";
import { markUndone, type UndoForecast, undoForecast } from "@roster/store/jobs/undo.ts";
import { forecastListed } from "@roster/store/lists/list-undo.ts";
import { requireScope } from "../accounts/authentication.ts";
import { BulkOptions } from "../bulk/bulk-options.ts";
import type { Deps } from "../deps.ts";
import { ImportOptions } from "../imports/imports.ts";
import { jobName, jobView, storedJob } from "./jobs.ts";

/**
 * Queues the undo of a job: what it created is deleted, what it changed goes back, except where somebody changed a
 * contact since; contacts it put on lists come off, those it took off go back on. The undo is a job with a report of its own; `skipped` counts what stayed, and its failures say why.
 * @throws Refused missing_scope, not_found, job_not_undoable
 */
export async function undoJob(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
): Promise<{ jobId: string; status: "queued" }> {
  requireScope(scope, "contacts:write");
  const job = await undoableJob(deps, scope, jobId);
  const forecast = await undoForecast(deps.sql, scope.tenantId, job.id);
  const lists = listsOfJob(job);
  const listed = await forecastListed(deps.sql, { tenantId: scope.tenantId, jobId: job.id, lists });
  const undoId = deps.newId();
  await deps.sql.begin(async (tx) => {
    if (!(await markUndone(tx, scope.tenantId, job.id, undoId))) throw notUndoable("it was undone already");
    await insertJob(tx, {
      tenantId: scope.tenantId,
      id: undoId,
      kind: "undo",
      options: { name: jobName(job), undoes: job.id, lists },
      uploadId: null,
      bytesTotal: null,
      rowsTotal: forecast.created + forecast.changed + listed,
      undoable: false,
      createdBy: scope.keyId,
    });
  });
  return { jobId: undoId, status: "queued" };
}

/**
 * What an undo would do at this moment.
 * @throws Refused missing_scope, not_found, job_not_undoable
 */
export async function previewUndo(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
): Promise<{ deletes: number; reverts: number; changedSince: number }> {
  requireScope(scope, "contacts:read");
  const job = await undoableJob(deps, scope, jobId);
  const forecast: UndoForecast = await undoForecast(deps.sql, scope.tenantId, job.id);
  const place = { tenantId: scope.tenantId, jobId: job.id, lists: listsOfJob(job) };
  const listed = await forecastListed(deps.sql, place);
  return {
    deletes: forecast.created - forecast.createdChangedSince,
    reverts: forecast.changed - forecast.changedSince + listed,
    changedSince: forecast.createdChangedSince + forecast.changedSince,
  };
}

async function undoableJob(deps: Deps, scope: TenantScope, jobId: string): Promise<Job> {
  const job = await storedJob(deps, scope, jobId);
  if (!hasEnded(job.state)) throw notUndoable(`it is ${job.state}; cancel it first, or wait`);
  if (job.undoneBy !== null) throw notUndoable(`it was undone already, by job ${job.undoneBy}`);
  if (!job.undoable) throw notUndoable(whyNothingIsKept(job));
  return job;
}

/** The lists that a job may have put contacts on. */
function listsOfJob(job: Job): string[] {
  if (job.kind === "bulk") return [...listsOfChange(BulkOptions.parse(job.options).change).add];
  if (job.kind !== "import") return [];
  const { listId } = ImportOptions.parse(job.options).policy;
  return listId === undefined ? [] : [listId];
}

function whyNothingIsKept(job: Job): string {
  const { dryRun, target } = jobView(job, job.createdAt);
  if (dryRun) return "a dry run has written nothing";
  if (target === "suppressions") return "nobody is taken off the suppression list by it";
  return "nothing is kept to go back to";
}

function notUndoable(why: string): Refused {
  return new Refused({ code: "job_not_undoable", why });
}
