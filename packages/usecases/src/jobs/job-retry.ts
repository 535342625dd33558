import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { holdUpload } from "@roster/store/imports/uploads.ts";
import { type Job, requeueEnded } from "@roster/store/jobs/jobs.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { ImportOptions } from "../imports/imports.ts";
import { type JobView, jobView, storedJob, whyNotRetried } from "./jobs.ts";

/** What may be changed for the rest of an import. */
export type RetryChanges = {
  /** So many further failures stop it again; null: none do. Left out, as many as before. */
  stopAfterFailures?: number | null | undefined;
};

/**
 * Puts a failed or cancelled job back into the queue: it goes on behind the last batch that it wrote, under the same id and
 * with the same report. Failures so far no longer count towards `stopAfterFailures`.
 * @throws Refused missing_scope, not_found, job_not_retryable (also where it would end in the same way again)
 */
export async function retryJob(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
  changes: RetryChanges = {},
): Promise<JobView> {
  requireScope(scope, "contacts:write");
  const job = await storedJob(deps, scope, jobId);
  const why = whyNotRetried(job);
  if (why !== null) throw notRetryable(why);
  const queued = await deps.sql.begin(async (tx) => {
    if (job.uploadId !== null && !(await holdUpload(tx, scope.tenantId, job.uploadId))) {
      throw notRetryable("its file is no longer kept; upload it again");
    }
    return requeueEnded(tx, scope.tenantId, jobId, optionsOf(job, changes));
  });
  if (queued === null) throw notRetryable("somebody was faster");
  return jobView(queued, deps.now());
}

function optionsOf(job: Job, { stopAfterFailures }: RetryChanges): object {
  if (job.kind !== "import") return job.options as object;
  const options = ImportOptions.parse(job.options);
  const { stopAfterFailures: former, ...policy } = options.policy;
  const stop = stopAfterFailures === undefined ? former : (stopAfterFailures ?? undefined);
  return {
    ...options,
    policy: { ...policy, ...(stop === undefined ? {} : { stopAfterFailures: stop }) },
    failuresPassed: job.failed,
  };
}

function notRetryable(why: string): Refused {
  return new Refused({ code: "job_not_retryable", why });
}
