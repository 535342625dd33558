import type { JobError, JobKind, JobState } from "@roster/domain/jobs/job.ts";
import { Refused } from "@roster/domain/refusal.ts";
import {
  beat,
  enqueueJob,
  Fenced,
  finishJob,
  type Job,
  jobsWait,
  type Lease,
  takeJob,
} from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { cleanUpBulkChange, runBulkChange } from "../bulk/bulk-run.ts";
import type { Deps } from "../deps.ts";
import { cleanUpDuplicateSearch, runDuplicateSearch } from "../duplicates/duplicate-run.ts";
import { cleanUpHealthCheck, runHealthCheck } from "../health/health-run.ts";
import { runErasure } from "../history/erasure-run.ts";
import { cleanUpImport, runImport } from "../imports/import-run.ts";
import { runRescore } from "../scores/rescore-run.ts";
import {
  defaultJobSettings,
  type JobControl,
  JobFailed,
  type JobSettings,
  jobControl,
} from "./job-control.ts";
import { runUndo } from "./undo-run.ts";

/** Times that a job is taken up without getting a batch done before it is given up. */
const attemptLimit = 8;

/** After this long a job that waits for others looks again. */
const waitSeconds = 5;

type JobWork = {
  /** One slice: `done` when nothing is left, `stopped` when `control` said so, `waits` for other jobs to end. */
  run(deps: Deps, job: Job, lease: Lease, control: JobControl): Promise<"done" | "stopped" | "waits">;
  /** Takes away what only a running job needs, in the transaction that ends it. */
  cleanUp(tx: Tx, job: Job, end: JobState): Promise<void>;
};

const works: Record<JobKind, JobWork> = {
  import: { run: runImport, cleanUp: cleanUpImport },
  bulk: { run: runBulkChange, cleanUp: cleanUpBulkChange },
  undo: { run: runUndo, cleanUp: async () => {} },
  health: { run: runHealthCheck, cleanUp: cleanUpHealthCheck },
  duplicates: { run: runDuplicateSearch, cleanUp: cleanUpDuplicateSearch },
  rescore: { run: runRescore, cleanUp: async () => {} },
  erasure: { run: runErasure, cleanUp: async () => {} },
};

/**
 * Works on a job for one slice and puts it back into the queue if there is more to do. What the queue delivers twice, or
 * late, does no harm: the epoch lets only the latest holder write.
 * @param leave aborted when the process is asked to leave
 */
export async function runJob(
  deps: Deps,
  payload: { tenantId: string; jobId: string },
  leave: AbortSignal,
  settings: JobSettings = defaultJobSettings,
): Promise<void> {
  const job = await takeJob(deps.sql, payload.tenantId, payload.jobId);
  if (job === null) return;
  const lease: Lease = { tenantId: job.tenantId, jobId: job.id, epoch: job.epoch };
  const control = jobControl(settings, leave, () => jobsWait(deps.sql));
  if (job.cancelRequested) control.cancel();

  const heart = setInterval(() => {
    beat(deps.sql, lease).then(
      ({ cancelRequested }) => {
        if (cancelRequested) control.cancel();
      },
      // The next beat tries again; if none gets through, the lease ends and another worker takes over.
      () => {},
    );
  }, settings.leaseMs / 4);
  try {
    if (job.attempts > attemptLimit) {
      const message = `The job was started ${attemptLimit} times without getting further. The server's log says why.`;
      throw new JobFailed({ code: "internal", message });
    }
    const end = control.cancelled ? "stopped" : await works[job.kind].run(deps, job, lease, control);
    if (end === "done") await endJob(deps, job, lease, { state: "completed", error: null });
    else if (control.cancelled) await endJob(deps, job, lease, { state: "cancelled", error: null });
    else await enqueueJob(deps.sql, job.tenantId, job.id, end === "waits" ? waitSeconds : 0);
  } catch (error) {
    if (error instanceof Fenced) return;
    const failure = jobErrorOf(error);
    if (failure === null) throw error;
    await endJob(deps, job, lease, { state: "failed", error: failure });
  } finally {
    clearInterval(heart);
  }
}

function jobErrorOf(error: unknown): JobError | null {
  if (error instanceof JobFailed) return error.jobError;
  if (!(error instanceof Refused)) return null;
  const { refusal, message } = error;
  if (refusal.code === "plan_limit_exceeded") return { code: refusal.code, message };
  if (refusal.code === "not_found" && refusal.what === "list") {
    const gone =
      "A list that the job puts contacts on, or takes them off, was deleted. What was written until then stays.";
    return { code: refusal.code, message: gone };
  }
  return null;
}

async function endJob(
  deps: Deps,
  job: Job,
  lease: Lease,
  end: Parameters<typeof finishJob>[2],
): Promise<void> {
  try {
    await deps.sql.begin(async (tx) => {
      await works[job.kind].cleanUp(tx, job, end.state);
      await finishJob(tx, lease, end);
    });
  } catch (error) {
    if (!(error instanceof Fenced)) throw error;
  }
}
