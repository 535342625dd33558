import { recountIncomplete } from "@roster/usecases/contacts/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { keepEventMonths, removeOldEventIds } from "@roster/usecases/events/event-retention.ts";
import { renewErasedSearch } from "@roster/usecases/history/erased-search.ts";
import {
  removeOldAnswers,
  removeOldBeforeImages,
  removeOldHealthFindings,
  removeOldJobContacts,
  removeOldMergeImages,
  removeOldReports,
  removeOldUploads,
} from "@roster/usecases/housekeeping.ts";
import type { JobSettings } from "@roster/usecases/jobs/job-control.ts";
import { runJob } from "@roster/usecases/jobs/job-run.ts";
import { startNightlyRescores } from "@roster/usecases/scores/rescore.ts";
import { fillSearchIndexes } from "@roster/usecases/search/search-index.ts";
import { removeOldDeliveries } from "@roster/usecases/webhooks/webhook-log.ts";
import type { TaskList } from "graphile-worker";
import { z } from "zod";

const JobPayload = z.object({ tenantId: z.uuid(), jobId: z.uuid() });

/**
 * How many days after the end of a job its file and list of ids are kept, its failed rows, and what its undo needs; and for
 * how many months events are.
 */
export type Retention = {
  uploads: number;
  reports: number;
  undo: number;
  eventMonths: number;
  /** Days that a request to an endpoint is in the log. */
  deliveries: number;
};

/** What the queue can ask of a worker. */
export function tasks(deps: Deps, leave: AbortSignal, settings: JobSettings, retention: Retention): TaskList {
  return {
    "run-job": async (payload) => runJob(deps, JobPayload.parse(payload), leave, settings),
    "remove-old-uploads": async () => {
      await removeOldUploads(deps, retention.uploads);
      await removeOldJobContacts(deps, retention.uploads);
    },
    "remove-old-reports": async () => {
      await removeOldReports(deps, retention.reports);
    },
    "remove-old-before-images": async () => {
      await removeOldBeforeImages(deps, retention.undo);
      await removeOldMergeImages(deps, retention.undo);
    },
    "remove-old-answers": async () => {
      await removeOldAnswers(deps);
    },
    "remove-old-health-findings": async () => {
      await removeOldHealthFindings(deps);
    },
    "start-nightly-rescores": async () => {
      await startNightlyRescores(deps);
    },
    "renew-erased-search": async () => {
      await renewErasedSearch(deps);
    },
    "keep-event-months": async () => {
      await keepEventMonths(deps, retention.eventMonths);
    },
    "remove-old-event-ids": async () => {
      await removeOldEventIds(deps);
    },
    "recount-coverage": async () => {
      await recountIncomplete(deps, leave);
    },
    "remove-old-deliveries": async () => {
      await removeOldDeliveries(deps, retention.deliveries);
    },
    "fill-search-indexes": async () => {
      await fillSearchIndexes(deps, "all", leave);
    },
  };
}

/** What clears up, hourly at minutes when few other things run; and what a night changes, also where nobody worked at three. */
export const crontab = [
  "* * * * * fill-search-indexes ?max=1",
  "9 * * * * keep-event-months",
  "41 3 * * * recount-coverage ?max=3",
  "17 * * * * remove-old-uploads",
  "24 * * * * remove-old-reports",
  "32 * * * * remove-old-before-images",
  "39 * * * * remove-old-health-findings",
  "40 * * * * remove-old-deliveries",
  "47 * * * * remove-old-answers",
  "13 3 * * * start-nightly-rescores ?fill=20h",
  "52 2 * * * renew-erased-search",
  "54 * * * * remove-old-event-ids",
].join("\n");
