import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { hasEnded } from "@roster/domain/jobs/job.ts";
import { jobChannel } from "@roster/store/jobs/jobs.ts";
import type { Deps } from "../deps.ts";
import { getJob, type JobView } from "./jobs.ts";

/** Never more often than this: a person cannot read faster, and a large import commits ten batches a second. */
const quietMs = 250;

/** Looks by itself this often, in case a notification was lost with a connection. */
const lookMs = 5000;

/**
 * A job's state now, and again whenever it changes, until it has ended or `signal` is aborted.
 * @throws Refused missing_scope, not_found
 */
export async function* watchJob(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<JobView> {
  const wanted = `${scope.tenantId} ${jobId}`;
  let changed = true;
  let wake: () => void = () => {};
  const poke = () => {
    changed = true;
    wake();
  };
  const listening = await deps.sql.listen(jobChannel, (payload) => {
    if (payload === wanted) poke();
  });
  signal.addEventListener("abort", poke);
  try {
    for (;;) {
      if (signal.aborted) return;
      changed = false;
      const job = await getJob(deps, scope, jobId);
      yield job;
      if (hasEnded(job.state)) return;
      await pause(quietMs, signal);
      if (changed) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (changed) wake();
      });
    }
  } finally {
    signal.removeEventListener("abort", poke);
    await listening.unlisten();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
