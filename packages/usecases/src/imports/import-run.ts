import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { SeenContacts } from "@roster/domain/imports/dedupe.ts";
import { planOfAccount } from "@roster/store/accounts/plans.ts";
import { dropOverlay } from "@roster/store/contacts/contact-overlay.ts";
import { batchesOf, insertBatch, insertFailures, seenOf } from "@roster/store/imports/import-batches.ts";
import { readUpload } from "@roster/store/imports/upload-chunks.ts";
import { addProgress, type Job, type Lease, saveShape } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import { type JobControl, JobFailed } from "../jobs/job-control.ts";
import { retrying } from "../retry.ts";
import { batchRecords, type RecordBatch } from "./import-batches.ts";
import { ContactTarget } from "./import-contacts.ts";
import { Flights } from "./import-flight.ts";
import { openTarget, rowReader } from "./import-opening.ts";
import { type LimitedImport, requireRoomForAll, takeRoom } from "./import-room.ts";
import type { ImportPart, ImportTarget, TargetBatch } from "./import-target.ts";
import { ImportOptions } from "./imports.ts";
import { PlannerNews } from "./planner-news.ts";
import { detectSource } from "./source/detect.ts";
import { readRecords } from "./source/read.ts";
import type { SourceShape } from "./source/shape.ts";
import { SourceError } from "./source/source-error.ts";

/**
 * One slice of an import: goes on where the ledger ends and works until the file ends, the slice's time is over, or
 * somebody asks for a stop. Every batch is one transaction, so that a kill at any instruction loses nothing.
 * @returns `done` at the end of the file, `stopped` when `control` said so
 * @throws JobFailed when the file cannot be imported, Fenced when somebody else has the job
 */
export async function runImport(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const options = ImportOptions.parse(job.options);
  try {
    refuseMoreFailures(options, job.failed);
    const shape = (job.shape as SourceShape | null) ?? (await detectShape(deps, job, lease, options));
    const scope = await jobScope(deps, job, options);
    const run = await ImportRun.open(deps, job, lease, control, options, shape, scope);
    if (!(await run.hasRoom(job))) return "stopped";
    return await run.slice();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new JobFailed({
      code: error.code,
      message: error.message,
      ...(error.row === undefined ? {} : { row: error.row }),
    });
  }
}

async function detectShape(deps: Deps, job: Job, lease: Lease, options: ImportOptions): Promise<SourceShape> {
  const open = (fromByte: number) => readUpload(deps.sql, job.tenantId, job.uploadId!, fromByte);
  const shape = await detectSource(open, options.hints);
  await saveShape(deps.sql, lease, shape);
  return shape;
}

class ImportRun {
  readonly #deps: Deps;
  readonly #lease: Lease;
  readonly #control: JobControl;
  readonly #options: ImportOptions;
  readonly #target: ImportTarget;
  readonly #planner: PlannerNews;
  readonly #written: ReadonlySet<number>;
  readonly #batches: () => AsyncIterable<RecordBatch>;
  readonly #part: ImportPart;
  readonly #shape: SourceShape;

  private constructor(
    deps: Deps,
    lease: Lease,
    control: JobControl,
    options: ImportOptions,
    parts: {
      target: ImportTarget;
      planner: PlannerNews;
      written: ReadonlySet<number>;
      batches: () => AsyncIterable<RecordBatch>;
      part: ImportPart;
      shape: SourceShape;
    },
  ) {
    this.#deps = deps;
    this.#lease = lease;
    this.#control = control;
    this.#options = options;
    this.#target = parts.target;
    this.#planner = parts.planner;
    this.#written = parts.written;
    this.#batches = parts.batches;
    this.#part = parts.part;
    this.#shape = parts.shape;
  }

  /** Finds the place in the file behind the lowest gap of the ledger, and recalls what the rows before it hit. */
  static async open(
    deps: Deps,
    job: Job,
    lease: Lease,
    control: JobControl,
    options: ImportOptions,
    shape: SourceShape,
    scope: TenantScope,
  ): Promise<ImportRun> {
    const { tenantId, uploadId } = job;
    const ledger = await batchesOf(deps.sql, tenantId, job.id);
    let gap = 0;
    while (ledger[gap]?.batchNo === gap) gap++;
    const last = ledger[gap - 1];
    const seen = new SeenContacts();
    for await (const keys of seenOf(deps.sql, tenantId, job.id)) recall(seen, keys);
    const part = { deps, scope, jobId: job.id, policy: options.policy, seen };
    const target = await openTarget(part, job, options, shape);

    const open = (fromByte: number) => readUpload(deps.sql, tenantId, uploadId!, fromByte);
    const position = last === undefined ? undefined : { byte: last.lastByte, row: last.lastRow };
    const written = new Set(ledger.slice(gap).map((batch) => batch.batchNo));
    const batches = () =>
      batchRecords(readRecords(open, shape, position), control.batchSize, {
        batchNo: gap,
        afterRow: last?.lastRow ?? 0,
      });
    const planner = await PlannerNews.open(deps.sql, tenantId);
    return new ImportRun(deps, lease, control, options, { target, planner, written, batches, part, shape });
  }

  /**
   * Under a plan with a limit, sees to it that everything that the import is going to create has its room before the first
   * of it is written.
   * @returns false when it was asked to stop meanwhile
   * @throws Refused plan_limit_exceeded
   */
  async hasRoom(job: Job): Promise<boolean> {
    const limited = this.#limited();
    if (limited === null || this.#options.policy.dryRun || job.room !== null) return true;
    const { stopAfterFailures = Number.POSITIVE_INFINITY } = this.#options.policy;
    const failuresLeft = stopAfterFailures - (job.failed - this.#options.failuresPassed);
    const part = {
      ...this.#part,
      policy: { ...this.#options.policy, dryRun: true },
      seen: new SeenContacts(),
      reader: rowReader(this.#shape, this.#options),
    };
    const target = new ContactTarget(part, null);
    return takeRoom(limited, this.#unwritten(), target, this.#control, failuresLeft);
  }

  #limited(): LimitedImport | null {
    const { scope, policy } = this.#part;
    if (scope.contactLimit === null || policy.target !== "contacts") return null;
    return { deps: this.#deps, lease: this.#lease, scope, limit: scope.contactLimit };
  }

  async *#unwritten(): AsyncGenerator<RecordBatch> {
    for await (const batch of this.#batches()) if (!this.#written.has(batch.batchNo)) yield batch;
  }

  async slice(): Promise<"done" | "stopped"> {
    // Where failures are counted, one batch after the other: which ones are written must not depend on their speed.
    const countsFailures = this.#options.policy.stopAfterFailures !== undefined;
    const flights = new Flights(countsFailures ? 1 : this.#control.lanes);
    try {
      for await (const batch of ahead(this.#batches())) {
        if (!this.#written.has(batch.batchNo)) await this.#launch(batch, flights);
        await this.#planner.tell();
        if (await this.#control.shouldStop()) {
          await flights.landed();
          return "stopped";
        }
      }
      await flights.landed();
      const limited = this.#limited();
      if (limited !== null && this.#options.policy.dryRun) await requireRoomForAll(limited);
      return "done";
    } catch (error) {
      // What is already on its way is let finish; the first failure is the one to tell.
      await flights.landed().catch(() => {});
      throw error;
    }
  }

  async #launch(batch: RecordBatch, flights: Flights): Promise<void> {
    const rows = this.#target.batch(batch.records);
    await flights.clear(rows.keys);
    await rows.decide();
    while (await flights.clear(rows.keys)) await rows.decide();
    await flights.launch(rows.keys, async () => {
      let first = true;
      const failed = await retrying(async () => {
        const lost = !first;
        first = false;
        return this.#deps.sql.begin(async (tx) => {
          if (lost) await rows.decideLocked(tx);
          return this.#write(tx, batch, rows);
        });
      });
      rows.landed();
      if (this.#options.policy.target !== "events") this.#planner.created(rows.report.counters.created);
      refuseMoreFailures(this.#options, failed);
    });
  }

  /**
   * One batch, all or nothing: the ledger's row first, the job's row with the fence last.
   * @returns how many rows of the file have failed by now
   */
  async #write(tx: Tx, batch: RecordBatch, rows: TargetBatch): Promise<number> {
    const { batchNo, records, lastByte, lastRow, bytesDone } = batch;
    await insertBatch(tx, this.#lease, { batchNo, rows: records.length, lastByte, lastRow }, rows.seen);
    await insertFailures(tx, this.#lease, rows.failures);
    await rows.write(tx);
    const progress = { report: rows.report, rows: records.length, bytesDone };
    const { cancelRequested, failed } = await addProgress(tx, this.#lease, progress);
    if (cancelRequested) this.#control.cancel();
    return failed;
  }
}

/** Reads the next one while the present one is being worked on. */
async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  try {
    let next = items.next();
    for (;;) {
      const item = await next;
      if (item.done === true) return;
      next = items.next();
      // Its failure is told when its turn comes, and until then it is not unhandled.
      next.catch(() => {});
      yield item.value;
    }
  } finally {
    await items.return?.();
  }
}

/** Who the job acts for: the key that started it, under the plan that its account has by now. */
async function jobScope(deps: Deps, job: Job, { accountId, keyId }: ImportOptions): Promise<TenantScope> {
  const { contactLimit } = await planOfAccount(deps.sql, accountId);
  return { accountId, tenantId: job.tenantId, keyId, granted: ["contacts"], contactLimit };
}

/** @throws JobFailed when as many rows have failed as the import's owner puts up with */
function refuseMoreFailures({ policy, failuresPassed }: ImportOptions, failed: number): void {
  const { stopAfterFailures } = policy;
  if (stopAfterFailures === undefined || failed - failuresPassed < stopAfterFailures) return;
  const message =
    `The import stopped because ${failed - failuresPassed} rows failed, and it was told to stop at ${stopAfterFailures}. What it ` +
    "wrote until then stays. Look at the failed rows; then retry the job, and it goes on, or mend the file and import it anew.";
  throw new JobFailed({ code: "too_many_failures", message });
}

/** Takes away what only a running import needs. */
export async function cleanUpImport(tx: Tx, job: Job): Promise<void> {
  await dropOverlay(tx, job.tenantId, job.id);
}

function recall(seen: SeenContacts, keys: Uint8Array): void {
  const view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  for (let at = 0; at < keys.length; at += 8) seen.addKey(view.getUint32(at), view.getUint32(at + 4));
}
