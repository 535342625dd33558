import type { Deps } from "@roster/usecases/deps.ts";
import { removeOldAnswers, removeOldJobContacts, removeOldUploads } from "@roster/usecases/housekeeping.ts";
import type { JobSettings } from "@roster/usecases/job-control.ts";
import { runJob } from "@roster/usecases/job-run.ts";
import type { TaskList } from "graphile-worker";
import { z } from "zod";

const JobPayload = z.object({ tenantId: z.uuid(), jobId: z.uuid() });

/** What the queue can ask of a worker. */
export function tasks(
  deps: Deps,
  leave: AbortSignal,
  settings: JobSettings,
  uploadKeepDays: number,
): TaskList {
  return {
    "run-job": async (payload) => runJob(deps, JobPayload.parse(payload), leave, settings),
    "remove-old-uploads": async () => {
      await removeOldUploads(deps, uploadKeepDays);
      await removeOldJobContacts(deps, uploadKeepDays);
    },
    "remove-old-answers": async () => {
      await removeOldAnswers(deps);
    },
  };
}

/** Hourly, at minutes when few other things run. */
export const crontab = ["17 * * * * remove-old-uploads", "47 * * * * remove-old-answers"].join("\n");
