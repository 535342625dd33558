import { AddressFinder, withoutAddresses } from "@roster/domain/history/address-finder.ts";
import type { Erased, ErasedThing } from "@roster/domain/history/erasure.ts";
import { emptyReport } from "@roster/domain/imports/import-report.ts";
import { contactsByKeys } from "@roster/store/contacts/contact-read.ts";
import {
  type CopyPlace,
  copyPage,
  copyPlaces,
  removeCopies,
  soughtParts,
} from "@roster/store/history/address-copies.ts";
import {
  addRemoved,
  finishErasures,
  type PendingErasure,
  pendingErasures,
} from "@roster/store/history/erasures.ts";
import { deleteEndedUpload, type KeptUpload, keptUploads } from "@roster/store/imports/uploads.ts";
import { jobsWithTexts, overwriteJobTexts } from "@roster/store/jobs/job-texts.ts";
import { addProgress, type Job, jobById, type Lease } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { FileSearch, findInUpload } from "../bulk/upload-addresses.ts";
import { removeContacts } from "../contacts/contact-removal.ts";
import type { Deps } from "../deps.ts";
import type { SourceShape } from "../imports/source/shape.ts";
import type { JobControl } from "../jobs/job-control.ts";

/**
 * The files that hold none of the addresses, what those hold that a job still reads, and how far the one in hand is looked
 * through. It is forgotten with the addresses.
 */
const ErasurePlace = z.object({
  clean: z.array(z.string()),
  held: z.record(z.string(), z.array(z.string())),
  upload: z.object({ id: z.string(), search: FileSearch }).nullable(),
});
type ErasurePlace = z.infer<typeof ErasurePlace>;

const nowhere: ErasurePlace = { clean: [], held: {}, upload: null };

const pageRows = 500;

/**
 * One slice of the search for copies of erased addresses: files first, then what was made of them. A file that an unfinished
 * job still reads stays until that job has ended, and so does the erasure: what the job makes of it is looked for again.
 * @returns `waits` where only such files are left
 */
export async function runErasure(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped" | "waits"> {
  const pending = await pendingErasures(deps.sql, job.tenantId, job.id);
  const place = job.checkpoint === null ? nowhere : ErasurePlace.parse(job.checkpoint);
  const run = new ErasureRun(deps, lease, control, pending, place);
  const files = await run.searchFiles();
  if (files === "stopped") return "stopped";
  const jobs = await run.clearJobs();
  for (const copies of copyPlaces) {
    if ((await run.removeCopies(copies)) === "stopped") return "stopped";
  }
  await run.removeContactsAgain();
  if (files === "waits" || jobs === "waits") return "waits";
  await run.finish();
  return "done";
}

class ErasureRun {
  readonly #deps: Deps;
  readonly #lease: Lease;
  readonly #control: JobControl;
  readonly #pending: readonly PendingErasure[];
  readonly #finder: AddressFinder;
  readonly #parts: readonly string[];
  #place: ErasurePlace;

  constructor(
    deps: Deps,
    lease: Lease,
    control: JobControl,
    pending: readonly PendingErasure[],
    place: ErasurePlace,
  ) {
    this.#deps = deps;
    this.#lease = lease;
    this.#control = control;
    this.#pending = pending;
    this.#place = place;
    const emails = pending.map(({ email }) => email);
    this.#finder = new AddressFinder(emails);
    this.#parts = soughtParts(emails);
  }

  async searchFiles(): Promise<"done" | "stopped" | "waits"> {
    const { tenantId } = this.#lease;
    const last = Math.max(0, ...this.#pending.map(({ requestedAt }) => requestedAt.getTime()));
    let waits = false;
    for (const upload of await keptUploads(this.#deps.sql, tenantId)) {
      // What is sent after a person was erased is told of the person anew.
      if (upload.createdAt.getTime() > last || this.#place.clean.includes(upload.id)) continue;
      const found = this.#place.held[upload.id] ?? (await this.#search(upload));
      if (found === "stopped") return "stopped";
      if (found !== "clean" && !(await this.#removeFile(upload, new Set(found)))) waits = true;
      if (await this.#control.shouldStop()) return "stopped";
    }
    return waits ? "waits" : "done";
  }

  /** @returns what it holds; nothing where it cannot be read, so that it may hold all of them */
  async #search(upload: KeptUpload): Promise<readonly string[] | "clean" | "stopped"> {
    const { clean, held, upload: begun } = this.#place;
    const from = begun?.id === upload.id ? begun.search : null;
    const shape = upload.shape as SourceShape | null;
    const file = { tenantId: this.#lease.tenantId, uploadId: upload.id, shape };
    const finding = await findInUpload(this.#deps, file, this.#finder, from, () =>
      this.#control.shouldStop(),
    );
    const { done, readable, search } = finding;
    const found = [...new Set([...search.found, ...this.#finder.in(upload.name ?? "")])];
    const isClean = readable && found.length === 0;
    if (!done) this.#place = { clean, held, upload: { id: upload.id, search } };
    else if (isClean) this.#place = { clean: [...clean, upload.id], held, upload: null };
    else this.#place = { clean, held: { ...held, [upload.id]: found }, upload: null };
    await this.#save();
    if (!done) return "stopped";
    return isClean ? "clean" : found;
  }

  async #removeFile(upload: KeptUpload, found: ReadonlySet<string>): Promise<boolean> {
    return this.#inOne(async (tx) => {
      const gone = await deleteEndedUpload(tx, this.#lease.tenantId, upload.id);
      return { result: gone, removed: gone ? this.#counted("uploads", [found]) : null };
    });
  }

  async clearJobs(): Promise<"done" | "waits"> {
    const { tenantId } = this.#lease;
    let waits = false;
    for (const job of await jobsWithTexts(this.#deps.sql, tenantId, this.#parts)) {
      const { options, shape, error } = job;
      const found = this.#finder.in(JSON.stringify([options, shape, error]));
      if (found.size === 0 || this.#isLater(job.createdAt, found)) continue;
      const clean = (json: unknown) => withoutAddresses(json, this.#finder);
      const texts = { options: clean(options), shape: clean(shape), error: clean(error) };
      const done = await this.#inOne(async (tx) => {
        const written = job.ended && (await overwriteJobTexts(tx, tenantId, job.id, texts));
        return { result: written, removed: written ? this.#counted("jobs", [found]) : null };
      });
      if (!done) waits = true;
    }
    return waits ? "waits" : "done";
  }

  async removeCopies(place: CopyPlace): Promise<"done" | "stopped"> {
    const { tenantId } = this.#lease;
    let behind: string[] | null = null;
    for (;;) {
      const page = { parts: this.#parts, behind, limit: pageRows };
      const rows = await copyPage(this.#deps.sql, tenantId, place, page);
      const held = rows.flatMap(({ key, text }) => {
        const found = this.#finder.in(text);
        return found.size > 0 ? [{ key, found }] : [];
      });
      if (held.length > 0) {
        await this.#inOne(async (tx) => {
          await removeCopies(
            tx,
            tenantId,
            place,
            held.map(({ key }) => key),
          );
          return {
            result: null,
            removed: this.#counted(
              place,
              held.map(({ found }) => found),
            ),
          };
        });
      }
      behind = rows.at(-1)?.key ?? null;
      if (rows.length < pageRows) return "done";
      if (await this.#control.shouldStop()) return "stopped";
    }
  }

  /** Contacts that a job made, since then, of a file that was there before the person was erased. */
  async removeContactsAgain(): Promise<void> {
    const { sql } = this.#deps;
    const { tenantId, jobId } = this.#lease;
    const emails = this.#pending.map(({ email }) => email);
    for (const { id, email, createdJob } of await contactsByKeys(sql, tenantId, {
      emails,
      externalIds: [],
    })) {
      const maker = createdJob === null ? null : await jobById(sql, tenantId, createdJob);
      if (maker === null || this.#isLater(maker.createdAt, new Set([email]))) continue;
      await this.#inOne(async (tx) => {
        const gone = await removeContacts(this.#deps, tx, tenantId, [id], jobId, "erased");
        return {
          result: null,
          removed: this.#counted(
            "contacts",
            gone.map(() => new Set([email])),
          ),
        };
      });
    }
  }

  async finish(): Promise<void> {
    this.#place = nowhere;
    await this.#inOne(async (tx) => {
      await finishErasures(tx, this.#lease.tenantId, this.#lease.jobId);
      return { result: null, removed: null };
    });
  }

  /** Whether something came after all who stand in it were erased. */
  #isLater(at: Date, found: ReadonlySet<string>): boolean {
    return this.#pending.every(({ email, requestedAt }) => !found.has(email) || requestedAt < at);
  }

  /** How many of a thing were found for each erasure; what could not be read counts for all of them. */
  #counted(thing: ErasedThing, found: readonly ReadonlySet<string>[]): Map<string, Partial<Erased>> {
    const counts = this.#pending.map(({ id, email }) => {
      const n = found.filter((emails) => emails.has(email) || emails.size === 0).length;
      return [id, { [thing]: n }] as const;
    });
    return new Map(counts.filter(([, count]) => Object.values(count).some((n) => n > 0)));
  }

  async #save(): Promise<void> {
    await this.#inOne(async () => ({ result: null, removed: null }));
  }

  /** One step in one transaction, with the fence last. */
  async #inOne<T>(
    step: (tx: Tx) => Promise<{ result: T; removed: ReadonlyMap<string, Partial<Erased>> | null }>,
  ): Promise<T> {
    return this.#deps.sql.begin(async (tx) => {
      const { result, removed } = await step(tx);
      const { tenantId } = this.#lease;
      if (removed !== null) await addRemoved(tx, tenantId, removed);
      const report = emptyReport();
      const progress = { report, rows: 0, bytesDone: 0, checkpoint: this.#place };
      await addProgress(tx, this.#lease, progress);
      return result;
    }) as Promise<T>;
  }
}
