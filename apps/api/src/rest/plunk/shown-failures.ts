import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type JobFailure, type JobView, listJobFailures } from "@roster/usecases/jobs/jobs.ts";

/** So many failed rows are part of a job's status. */
const shownErrors = 100;

/** The first rows of a job that failed; none where they are no longer kept, while the counts stay. */
export async function shownFailures(deps: Deps, scope: TenantScope, job: JobView): Promise<JobFailure[]> {
  if (!job.reportKept) return [];
  return (await listJobFailures(deps, scope, job.id, { limit: shownErrors })).failures;
}
