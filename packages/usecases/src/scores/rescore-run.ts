import { emptyReport } from "@roster/domain/imports/import-report.ts";
import { addProgress, type Job, type Lease } from "@roster/store/jobs/jobs.ts";
import { type ScorePage, scorePage, writeScores } from "@roster/store/scores/scores.ts";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { retrying } from "../retry.ts";
import { activeRules, newScores } from "./contact-scores.ts";

/** Behind which contact a rescore goes on. */
const RescorePlace = z.object({ afterId: z.uuid() });

/** Contacts per transaction. */
const batchContacts = 10_000;

/** One slice of a rescore: what events came to is read in the order of the ids, and what changed is written. */
export async function runRescore(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const { tenantId } = lease;
  const rules = await activeRules(deps.sql, tenantId);
  const now = deps.now().getTime();
  const read = (afterId: string | null) => scorePage(deps.sql, tenantId, { afterId, limit: batchContacts });
  let ahead = read(job.checkpoint === null ? null : RescorePlace.parse(job.checkpoint).afterId);
  for (;;) {
    const page = await ahead;
    if (page.length === 0) return "done";
    // The next contacts are read while these are written.
    const afterId = page.id(page.length - 1);
    ahead = read(afterId);
    ahead.catch(() => {});
    const scored = await newScores(deps.sql, tenantId, page, rules, now);
    const write = () => writeBatch(deps, lease, page, scored, afterId);
    if (await retrying(write)) control.cancel();
    if (await control.shouldStop()) return "stopped";
  }
}

/** One transaction, the job's row with the fence last. @returns whether somebody asked the job to stop */
async function writeBatch(
  deps: Deps,
  lease: Lease,
  page: ScorePage,
  scored: Parameters<typeof writeScores>[2],
  afterId: string,
): Promise<boolean> {
  return deps.sql.begin(async (tx) => {
    const report = emptyReport();
    report.counters.updated = await writeScores(tx, lease.tenantId, scored);
    report.counters.unchanged = page.length - report.counters.updated;
    const progress = { report, rows: page.length, bytesDone: 0, checkpoint: { afterId } };
    return (await addProgress(tx, lease, progress)).cancelRequested;
  });
}
