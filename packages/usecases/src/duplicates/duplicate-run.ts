import { DuplicateEvidence, duplicateKeys } from "@roster/domain/duplicates/duplicate-key.ts";
import { emptyReport } from "@roster/domain/imports/import-report.ts";
import type { JobState } from "@roster/domain/jobs/job.ts";
import {
  beginDuplicateRun,
  dropDuplicateRun,
  dropSingleKeys,
  duplicateSubjects,
  finishDuplicateRun,
  insertDuplicateKeys,
  keyPlaceBehind,
} from "@roster/store/duplicates/duplicates.ts";
import { addProgress, type Job, jobById, type Lease } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { contactsPerRow, SoleRunOptions } from "../jobs/sole-run.ts";

/** Where a search is: first it writes down every contact's keys, then it forgets those that one contact alone has. */
const DuplicatePlace = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("write"), afterId: z.uuid().nullable(), contacts: z.int() }),
  z.object({
    phase: z.literal("sift"),
    behind: z.object({ evidence: DuplicateEvidence, key: z.string() }).nullable(),
    contacts: z.int(),
  }),
]);
type DuplicatePlace = z.infer<typeof DuplicatePlace>;

/** One slice of a search for likely duplicates. @returns `done` when every key was looked at */
export async function runDuplicateSearch(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const { upToId } = SoleRunOptions.parse(job.options);
  await beginDuplicateRun(deps.sql, job.tenantId, job.id);
  if (upToId === null) return "done";
  const limit = contactsPerRow * control.batchSize.rows;
  let place = placeOf(job);
  for (;;) {
    const next =
      place.phase === "write"
        ? await writeKeys(deps, lease, place, { upToId, limit }, control)
        : await siftKeys(deps, lease, place, limit, control);
    if (next === null) return "done";
    place = next;
    if (await control.shouldStop()) return "stopped";
  }
}

/** Ends the run with its job, in the same transaction: what a stopped one wrote goes. */
export async function cleanUpDuplicateSearch(tx: Tx, job: Job, end: JobState): Promise<void> {
  if (end !== "completed") return dropDuplicateRun(tx, job.tenantId, job.id);
  // The job as its last batch left it.
  const stored = await jobById(tx, job.tenantId, job.id);
  await finishDuplicateRun(tx, job.tenantId, job.id, placeOf(stored ?? job).contacts);
}

function placeOf({ checkpoint }: Pick<Job, "checkpoint">): DuplicatePlace {
  return checkpoint === null
    ? { phase: "write", afterId: null, contacts: 0 }
    : DuplicatePlace.parse(checkpoint);
}

async function writeKeys(
  deps: Deps,
  lease: Lease,
  place: Extract<DuplicatePlace, { phase: "write" }>,
  range: { upToId: string; limit: number },
  control: JobControl,
): Promise<DuplicatePlace> {
  const { afterId } = place;
  const page = await duplicateSubjects(deps.sql, lease.tenantId, { ...range, afterId });
  const contacts = place.contacts + page.length;
  const last = page.at(-1);
  const next: DuplicatePlace =
    last === undefined
      ? { phase: "sift", behind: null, contacts }
      : { phase: "write", afterId: last.id, contacts };
  const keys = page.flatMap(({ id, ...contact }) =>
    duplicateKeys(contact).map((key) => ({ contactId: id, ...key })),
  );
  await advance(deps, lease, next, page.length, control, (tx) =>
    insertDuplicateKeys(tx, lease.tenantId, lease.jobId, keys),
  );
  return next;
}

async function siftKeys(
  deps: Deps,
  lease: Lease,
  place: Extract<DuplicatePlace, { phase: "sift" }>,
  limit: number,
  control: JobControl,
): Promise<DuplicatePlace | null> {
  const { tenantId, jobId } = lease;
  const until = await keyPlaceBehind(deps.sql, tenantId, jobId, place.behind, limit);
  if (until === null) return null;
  const next = { ...place, behind: until };
  await advance(deps, lease, next, 0, control, (tx) =>
    dropSingleKeys(tx, tenantId, jobId, place.behind, until),
  );
  return next;
}

/** Writes one batch with the place behind it, all or nothing. */
async function advance(
  deps: Deps,
  lease: Lease,
  next: DuplicatePlace,
  contacts: number,
  control: JobControl,
  write: (tx: Tx) => Promise<void>,
): Promise<void> {
  const report = emptyReport();
  report.counters.unchanged = contacts;
  const { cancelRequested } = await deps.sql.begin(async (tx) => {
    await write(tx);
    return addProgress(tx, lease, { report, rows: contacts, bytesDone: 0, checkpoint: next });
  });
  if (cancelRequested) control.cancel();
}
