import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { JobState } from "@roster/domain/jobs/job.ts";
import { lockContacts } from "@roster/store/contacts/contact-lock.ts";
import { contactsByIds, keyBehind } from "@roster/store/contacts/contact-read.ts";
import type { ContactConditions } from "@roster/store/contacts/contact-where.ts";
import { insertFailures } from "@roster/store/imports/import-batches.ts";
import {
  dropJobContacts,
  listedIds,
  type MatchRange,
  matchingContacts,
} from "@roster/store/jobs/job-contacts.ts";
import { addProgress, type Job, type Lease } from "@roster/store/jobs/jobs.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import { readSegment } from "@roster/store/segments/segment-members.ts";
import { TookTooLong } from "@roster/store/sql/time-limit.ts";
import { z } from "zod";
import { Stride } from "../contacts/contact-stride.ts";
import type { Origin } from "../contacts/write-origin.ts";
import type { Deps } from "../deps.ts";
import { type JobControl, JobFailed } from "../jobs/job-control.ts";
import { retrying } from "../retry.ts";
import { requestMs, snapshotCondition } from "../segments/segment-evaluation.ts";
import { decideBulkChange, listedContactIds, type SubjectPage, writeBulkDecision } from "./bulk-decision.ts";
import { BulkOptions } from "./bulk-options.ts";

/** Where a bulk job is: how many subjects it is through with, and, by filter, behind which contact. */
const BulkPlace = z.object({ row: z.number(), afterId: z.string().nullable() });
type BulkPlace = z.infer<typeof BulkPlace>;

/** One slice of a bulk change. @returns `done` behind the last subject */
export async function runBulkChange(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const run = new BulkRun(deps, job, lease, control);
  let place = job.checkpoint === null ? { row: 0, afterId: null } : BulkPlace.parse(job.checkpoint);
  let ahead = run.read(place);
  for (;;) {
    const page = await ahead;
    if (page.subjects.length === 0) {
      run.checkEnd(place);
      return "done";
    }
    // The next contacts are read while these are written. Whoever is in both has another version then, and is read again.
    const end = pageEnd(place, page);
    ahead = run.read(end);
    ahead.catch(() => {});
    place = await run.write(place, page, end);
    if (await control.shouldStop()) return "stopped";
  }
}

/** Takes away what only a running bulk job needs; one that was stopped may be taken up again. */
export async function cleanUpBulkChange(tx: Tx, job: Job, end: JobState): Promise<void> {
  if (end === "completed") await dropJobContacts(tx, job.tenantId, job.id);
}

function pageEnd(place: BulkPlace, { subjects }: SubjectPage): BulkPlace {
  return { row: place.row + subjects.length, afterId: subjects.at(-1)!.contactId };
}

function conditionsOf({ subjects }: BulkOptions): ContactConditions | null {
  if (subjects.by === "list") return null;
  const { segmentId: _id, ...filter } = subjects.filter;
  return {
    ...filter,
    segment: subjects.segment === undefined ? undefined : snapshotCondition(subjects.segment),
  };
}

/** @throws JobFailed where even the fewest contacts take too long */
async function inShorterSteps<T extends { found: readonly Contact[] }>(
  stride: Stride,
  step: (contacts: number) => Promise<T>,
): Promise<T> {
  try {
    return await stride.over(step);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    const message = `Finding a few of the segment's contacts takes longer than ${requestMs / 1000} s. Start the job again with a segment of fewer rules, or with a list.`;
    throw new JobFailed({ code: "took_too_long", message });
  }
}

class BulkRun {
  readonly #deps: Deps;
  readonly #lease: Lease;
  readonly #control: JobControl;
  readonly #options: BulkOptions;
  /** Whom a filter means; null for a list. */
  readonly #conditions: ContactConditions | null;
  /** How many ids the job was given. */
  readonly #total: number;
  /** How a walk over whom a filter means goes on. */
  readonly #stride: Stride;
  readonly #scope: TenantScope;
  readonly #origin: Origin;

  constructor(deps: Deps, job: Job, lease: Lease, control: JobControl) {
    this.#deps = deps;
    this.#lease = lease;
    this.#control = control;
    this.#options = BulkOptions.parse(job.options);
    this.#conditions = conditionsOf(this.#options);
    this.#total = job.rowsTotal ?? 0;
    this.#stride = new Stride(control.batchSize.rows);
    const { accountId, keyId } = this.#options;
    // It creates nobody, so that no plan's limit concerns it.
    this.#scope = { accountId, tenantId: job.tenantId, keyId, granted: ["contacts"], contactLimit: null };
    this.#origin = { source: { kind: "job", id: job.id }, jobId: job.id, createdFrom: null };
  }

  /** The next subjects behind a place, or those up to an end where they were read once already. */
  async read(place: BulkPlace, end: BulkPlace | null = null, sql: Db = this.#deps.sql): Promise<SubjectPage> {
    const { tenantId, jobId } = this.#lease;
    const { subjects } = this.#options;
    const limit = this.#control.batchSize.rows;
    if (subjects.by === "list") {
      const listed = await listedIds(sql, tenantId, jobId, place.row, limit);
      return { subjects: listed, contacts: await contactsByIds(sql, tenantId, listedContactIds(listed)) };
    }
    const upToId = end?.afterId ?? subjects.upToId;
    if (upToId === null) return { subjects: [], contacts: [] };
    const range = { afterId: place.afterId, upToId, limit: end === null ? limit : null };
    const contacts = await this.#matching(sql, range);
    return { subjects: contacts.map(({ id }) => ({ given: id, contactId: id, repeat: false })), contacts };
  }

  /** The next contacts whom the filter means, step by step until there are some; without a limit all of them. @throws JobFailed */
  async #matching(sql: Db, { afterId, upToId, limit }: MatchRange): Promise<Contact[]> {
    const { tenantId } = this.#lease;
    const all: Contact[] = [];
    let behind = afterId;
    const step = async (contacts: number) => {
      const key = await keyBehind(sql, tenantId, {
        sort: "createdAt",
        behind: behind ?? undefined,
        contacts,
      });
      const end = key === undefined || key >= upToId ? null : key;
      return { found: await this.#inStep(sql, { afterId: behind, upToId: end ?? upToId, limit }), end };
    };
    for (;;) {
      const { found, end } = await inShorterSteps(this.#stride, step);
      all.push(...found);
      if (end === null || (limit !== null && all.length > 0)) return all;
      behind = end;
    }
  }

  /** Those of one step; where the filter has a segment, within a time. @throws TookTooLong */
  #inStep(sql: Db, range: MatchRange): Promise<Contact[]> {
    const { tenantId, jobId } = this.#lease;
    const read = (db: Db) => matchingContacts(db, tenantId, jobId, this.#conditions!, range);
    return this.#conditions?.segment === undefined ? read(sql) : readSegment(sql, requestMs, read);
  }

  /** @throws JobFailed when the job's list ends too early: a stopped job's list is kept for some days only */
  checkEnd({ row }: BulkPlace): void {
    if (this.#options.subjects.by === "filter" || row >= this.#total) return;
    const message = "The ids of this job are no longer kept. Start it again with those that are left.";
    throw new JobFailed({ code: "list_gone", message });
  }

  /** Writes one page, all or nothing: the job's row with the fence last. @returns the place behind it */
  async write(place: BulkPlace, page: SubjectPage, end: BulkPlace): Promise<BulkPlace> {
    let first = true;
    return retrying(async () => {
      const lost = !first;
      first = false;
      return this.#deps.sql.begin(async (tx) => {
        const current = lost ? await this.#readLocked(tx, place, page, end) : page;
        // Read again, a filter may find fewer of them.
        const reached = { row: place.row + current.subjects.length, afterId: end.afterId };
        await this.#writeOnce(tx, place, current, reached);
        return reached;
      });
    });
  }

  /**
   * Reads the same subjects again after a lost race, locked, so that this time the others wait: thousands of contacts would
   * lose again and again where some of them change every moment.
   */
  async #readLocked(tx: Tx, place: BulkPlace, page: SubjectPage, end: BulkPlace): Promise<SubjectPage> {
    await lockContacts(
      tx,
      this.#lease.tenantId,
      page.contacts.map(({ id }) => id),
    );
    return this.read(place, end, tx);
  }

  async #writeOnce(tx: Tx, place: BulkPlace, page: SubjectPage, reached: BulkPlace): Promise<void> {
    const { change } = this.#options;
    const decision = decideBulkChange(page, change);
    const report = await writeBulkDecision(this.#deps, tx, this.#scope, decision, change, this.#origin);
    const failures = decision.failures.map(({ row, id, email, problem }) => {
      return { row: place.row + row + 1, problem, email, cells: null, raw: id };
    });
    await insertFailures(tx, this.#lease, failures);
    const rows = page.subjects.length;
    const progress = { report, rows, bytesDone: 0, checkpoint: reached };
    const { cancelRequested } = await addProgress(tx, this.#lease, progress);
    if (cancelRequested) this.#control.cancel();
  }
}
