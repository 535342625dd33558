import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { startBulkChange } from "@roster/usecases/bulk/bulk.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { getJob, type JobFailure, type JobView } from "@roster/usecases/jobs/jobs.ts";
import { type Request, Router } from "express";
import { jsonBody } from "../body.ts";
import { replyOnce } from "../idempotency.ts";
import { readBulkBody } from "./bulk-body.ts";
import { shownFailures } from "./shown-failures.ts";
import { jobStates } from "./wire.ts";

/** 10,000 ids. */
const bulkBytes = 1024 * 1024;

/** What this API can do to many contacts, by the end of its path. */
const operations = ["subscribe", "unsubscribe", "delete"] as const;
type Operation = (typeof operations)[number];

/** Bulk operations, to be mounted at /contacts, before the routes of one contact. */
export function bulkRoutes(deps: Deps, scopeOf: (req: Request) => Promise<TenantScope>): Router {
  const router = Router();
  for (const action of operations) {
    router.post(`/bulk-${action}`, async (req, res) => {
      const scope = await scopeOf(req);
      const body = await jsonBody(req, res, bulkBytes);
      const subjects = readBulkBody(body);
      await replyOnce({ deps, scope, req, res }, body, async (deps) => {
        const { jobId } = await startBulkChange(deps, scope, { subjects, change: { action }, name: null });
        return { status: 202, body: { message: `The bulk ${action} is queued.`, jobId } };
      });
    });
  }

  router.get("/bulk/:jobId", async (req, res) => {
    const scope = await scopeOf(req);
    const job = await getJob(deps, scope, req.params.jobId);
    const operation = operations.find((action) => action === job.change?.action);
    if (operation === undefined) throw new Refused({ code: "not_found", what: "job" });
    const failures = await shownFailures(deps, scope, job);
    res.json(bulkJob(job, operation, failures));
  });
  return router;
}

/** A bulk operation as this API shows it; the counts are of what it did until now, once it has ended. */
function bulkJob(job: JobView, operation: Operation, failures: readonly JobFailure[]) {
  const { updated, deleted, unchanged, duplicate, failed } = job.counters;
  const state = jobStates[job.state];
  const hasResult = state === "completed" || (state === "failed" && job.processed > 0);
  return {
    id: job.id,
    state,
    progress: job.progress,
    data: {},
    failedReason: job.state === "cancelled" ? "The operation was cancelled." : (job.error?.message ?? null),
    result: hasResult
      ? {
          operation,
          totalRequested: job.total ?? job.processed,
          successCount: updated + deleted,
          unchangedCount: unchanged + duplicate,
          failureCount: failed,
          errors: failures.map(({ id, email, message }) => ({ contactId: id, email, error: message })),
        }
      : null,
  };
}
