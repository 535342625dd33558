import type { StatusChange } from "@roster/domain/contacts/upsert.ts";
import { emptyReport } from "@roster/domain/imports/import-report.ts";
import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import { type UndoOutcome, type UndoSubject, undoTogether } from "@roster/domain/jobs/undo.ts";
import { type ContactChange, updateContacts } from "@roster/store/contacts/contact-write.ts";
import { insertStatusChanges } from "@roster/store/history/contact-history.ts";
import { insertFailures } from "@roster/store/imports/import-batches.ts";
import { addProgress, type Job, type Lease } from "@roster/store/jobs/jobs.ts";
import { changedByJob, createdByJob, dropBeforeImages, holdersOf } from "@roster/store/jobs/undo.ts";
import { listedByJob, undoListed } from "@roster/store/lists/list-undo.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { removeContacts } from "../contacts/contact-removal.ts";
import { countWritten } from "../contacts/contact-totals.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import type { JobControl } from "./job-control.ts";

/** An undo's options as its job row keeps them: the job that it takes back. */
export const UndoOptions = z.object({
  name: z.string().nullable(),
  undoes: z.uuid(),
  /** The lists that it put contacts on. */
  lists: z.array(z.uuid()).default([]),
});
type UndoOptions = z.infer<typeof UndoOptions>;

/**
 * Where an undo is. First the places on lists go back, whoever changed the contacts since. Then what the job created goes, because a former email may be held by it; then what it changed goes
 * back. A contact whose former email is held by one that has yet to go back waits for the next pass.
 */
const UndoPlace = z.object({
  phase: z.enum(["lists", "delete", "revert"]),
  afterId: z.string().nullable(),
  /** Contacts that went back in this pass; a pass without any is the last one. */
  reverted: z.number(),
  blocked: z.number(),
  lastPass: z.boolean(),
  /** Numbers the failures of the report. */
  row: z.number(),
});
type UndoPlace = z.infer<typeof UndoPlace>;

/** Contacts per transaction. */
const batchContacts = 2000;

/** One slice of an undo. @returns `done` when everything has gone back that could */
export async function runUndo(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const options = UndoOptions.parse(job.options);
  let place: UndoPlace | null =
    job.checkpoint === null
      ? { phase: "lists", afterId: null, reverted: 0, blocked: 0, lastPass: false, row: 0 }
      : UndoPlace.parse(job.checkpoint);
  for (;;) {
    const from: UndoPlace = place;
    place = await retrying(() => deps.sql.begin((tx) => undoBatch(deps, tx, lease, options, from, control)));
    if (place === null) return "done";
    if (await control.shouldStop()) return "stopped";
  }
}

/** One transaction. @returns where the next one goes on, or null at the end */
async function undoBatch(
  deps: Deps,
  tx: Tx,
  lease: Lease,
  options: UndoOptions,
  place: UndoPlace,
  control: JobControl,
): Promise<UndoPlace | null> {
  if (place.phase === "lists") return undoLists(tx, lease, options, place, control);
  const { undoes } = options;
  const find = place.phase === "delete" ? createdByJob : changedByJob;
  const subjects = await find(tx, lease.tenantId, undoes, place.afterId, batchContacts);
  const next = nextPlace(place, subjects);
  if (next === null || subjects.length === 0) return next;

  const batch = new UndoBatch(place);
  const inTheWay = place.phase === "delete" ? [] : await holders(tx, lease.tenantId, subjects);
  for (const [i, outcome] of undoTogether(subjects, inTheWay).entries()) batch.add(subjects[i]!, outcome);

  const removed = await removeContacts(deps, tx, lease.tenantId, batch.deletes, lease.jobId);
  await updateContacts(tx, lease.tenantId, batch.changes);
  await insertStatusChanges(
    tx,
    lease.tenantId,
    batch.statusChanges.map((change) => ({ ...change, id: deps.newId() })),
    { kind: "job", id: lease.jobId },
    null,
  );
  await dropBeforeImages(tx, lease.tenantId, undoes, batch.settled);
  await insertFailures(tx, lease, batch.failures);
  await countWritten(tx, lease.tenantId, { updated: batch.changes });

  const report = emptyReport();
  report.counters.deleted = removed.length;
  report.counters.updated = batch.changes.length;
  report.counters.skipped = batch.failures.length;
  const rows = removed.length + batch.changes.length + batch.failures.length;
  const checkpoint: UndoPlace = {
    ...next,
    reverted: next.reverted + batch.changes.length,
    blocked: next.blocked + batch.blocked,
    row: place.row + batch.failures.length,
  };
  const { cancelRequested } = await addProgress(tx, lease, { report, rows, bytesDone: 0, checkpoint });
  if (cancelRequested) control.cancel();
  return checkpoint;
}

/** The same for places on lists: they come off and go back whatever became of the contact since. */
async function undoLists(
  tx: Tx,
  lease: Lease,
  { undoes: jobId, lists }: UndoOptions,
  place: UndoPlace,
  control: JobControl,
): Promise<UndoPlace> {
  const job = { tenantId: lease.tenantId, jobId, lists };
  const ids = await listedByJob(tx, job, place.afterId, batchContacts);
  const last = ids.at(-1);
  if (last === undefined) return { ...place, phase: "delete", afterId: null };
  const report = emptyReport();
  report.counters.updated = await undoListed(tx, job, ids);
  const checkpoint: UndoPlace = { ...place, afterId: last };
  const progress = { report, rows: report.counters.updated, bytesDone: 0, checkpoint };
  const { cancelRequested } = await addProgress(tx, lease, progress);
  if (cancelRequested) control.cancel();
  return checkpoint;
}

function nextPlace(place: UndoPlace, subjects: readonly UndoSubject[]): UndoPlace | null {
  const last = subjects.at(-1);
  if (last !== undefined) return { ...place, afterId: last.contact.id };
  if (place.phase === "delete") return { ...place, phase: "revert", afterId: null };
  if (place.blocked === 0) return null;
  return { ...place, afterId: null, reverted: 0, blocked: 0, lastPass: place.reverted === 0 };
}

async function holders(tx: Tx, tenantId: string, subjects: readonly UndoSubject[]) {
  const emails = subjects.map(({ before }) => before!.email);
  const externalIds = subjects.flatMap(({ before }) => before!.externalId ?? []);
  return holdersOf(tx, tenantId, emails, externalIds);
}

/** What one batch comes to. */
class UndoBatch {
  readonly deletes: string[] = [];
  readonly changes: ContactChange[] = [];
  readonly statusChanges: StatusChange[] = [];
  readonly failures: Parameters<typeof insertFailures>[2][number][] = [];
  /** Contacts whose image has served. */
  readonly settled: string[] = [];
  blocked = 0;
  readonly #place: UndoPlace;

  constructor(place: UndoPlace) {
    this.#place = place;
  }

  add({ contact }: UndoSubject, outcome: UndoOutcome): void {
    if (outcome.kind === "blocked" && !this.#place.lastPass) {
      this.blocked++;
      return;
    }
    this.settled.push(contact.id);
    if (outcome.kind === "delete") this.deletes.push(contact.id);
    else if (outcome.kind === "revert") {
      this.changes.push({ before: contact, after: outcome.after });
      if (outcome.statusChange !== null) this.statusChanges.push(outcome.statusChange);
    } else this.#fail(contact.email, outcome.problem);
  }

  #fail(email: string, problem: RowProblem): void {
    const row = this.#place.row + this.failures.length + 1;
    this.failures.push({ row, problem, email, cells: null, raw: null });
  }
}
