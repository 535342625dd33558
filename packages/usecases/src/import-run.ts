import { contactKey, SeenContacts } from "@roster/domain/dedupe.ts";
import { mapColumns } from "@roster/domain/import-columns.ts";
import { importWritePolicy } from "@roster/domain/import-policy.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { dropOverlay, reachableInOverlay, writeOverlay } from "@roster/store/contact-overlay.ts";
import { batchesOf, insertBatch, insertFailures, seenOf } from "@roster/store/import-batches.ts";
import { addProgress, type Job, type Lease, saveShape } from "@roster/store/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { readUpload } from "@roster/store/uploads.ts";
import { type Decision, decideWrites, keysOf, type Origin, writeDecision } from "./contact-write.ts";
import type { Deps } from "./deps.ts";
import { batchRecords, type RecordBatch } from "./import-batches.ts";
import { Flights } from "./import-flight.ts";
import { type ReadRows, RowReader, readRows } from "./import-rows.ts";
import { detectSource } from "./import-source/detect.ts";
import { readRecords } from "./import-source/read.ts";
import type { SourceShape } from "./import-source/shape.ts";
import { SourceError } from "./import-source/source-error.ts";
import { ImportOptions } from "./imports.ts";
import { type JobControl, JobFailed } from "./job-control.ts";
import { retrying } from "./retry.ts";

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
    const shape = (job.shape as SourceShape | null) ?? (await detectShape(deps, job, lease, options));
    const run = await ImportRun.open(deps, job, lease, control, options, shape);
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
  readonly #scope: TenantScope;
  readonly #origin: Origin;
  readonly #reader: RowReader;
  readonly #seen: SeenContacts;
  readonly #written: ReadonlySet<number>;
  readonly #batches: AsyncIterable<RecordBatch>;

  private constructor(
    deps: Deps,
    lease: Lease,
    control: JobControl,
    options: ImportOptions,
    parts: {
      reader: RowReader;
      seen: SeenContacts;
      written: ReadonlySet<number>;
      batches: AsyncIterable<RecordBatch>;
    },
  ) {
    this.#deps = deps;
    this.#lease = lease;
    this.#control = control;
    this.#options = options;
    this.#scope = {
      accountId: options.accountId,
      tenantId: lease.tenantId,
      keyId: options.keyId,
      granted: ["contacts"],
      contactLimit: options.contactLimit,
    };
    this.#origin = { source: { kind: "job", id: lease.jobId }, jobId: lease.jobId, createdFrom: null };
    this.#reader = parts.reader;
    this.#seen = parts.seen;
    this.#written = parts.written;
    this.#batches = parts.batches;
  }

  /** Finds the place in the file behind the lowest gap of the ledger, and recalls what the rows before it hit. */
  static async open(
    deps: Deps,
    job: Job,
    lease: Lease,
    control: JobControl,
    options: ImportOptions,
    shape: SourceShape,
  ): Promise<ImportRun> {
    const { tenantId, uploadId } = job;
    const { mapping, tags } = options.policy;
    const mapped = shape.headers === null ? null : mapColumns(shape.headers, mapping);
    if (mapped !== null && !mapped.ok) throw new JobFailed(mapped.problem);
    const reader = new RowReader(mapped?.columns ?? [], mapping, tags);

    const ledger = await batchesOf(deps.sql, tenantId, job.id);
    let gap = 0;
    while (ledger[gap]?.batchNo === gap) gap++;
    const last = ledger[gap - 1];
    const seen = new SeenContacts();
    for await (const keys of seenOf(deps.sql, tenantId, job.id)) recall(seen, keys);

    const open = (fromByte: number) => readUpload(deps.sql, tenantId, uploadId!, fromByte);
    const position = last === undefined ? undefined : { byte: last.lastByte, row: last.lastRow };
    const batches = batchRecords(readRecords(open, shape, position), control.batchSize, {
      batchNo: gap,
      afterRow: last?.lastRow ?? 0,
    });
    const written = new Set(ledger.slice(gap).map((batch) => batch.batchNo));
    return new ImportRun(deps, lease, control, options, { reader, seen, written, batches });
  }

  async slice(): Promise<"done" | "stopped"> {
    const flights = new Flights(this.#control.lanes);
    try {
      for await (const batch of this.#batches) {
        if (!this.#written.has(batch.batchNo)) await this.#launch(batch, flights);
        if (this.#control.shouldStop()) {
          await flights.landed();
          return "stopped";
        }
      }
      await flights.landed();
      return "done";
    } catch (error) {
      // What is already on its way is let finish; the first failure is the one to tell.
      await flights.landed().catch(() => {});
      throw error;
    }
  }

  async #launch(batch: RecordBatch, flights: Flights): Promise<void> {
    const rows = readRows(this.#reader, batch.records);
    const keys = new Set(rowKeys(rows));
    await flights.clear(keys);
    let decision = await this.#decide(rows);
    // A row can reach a contact by one key and the batch in front by another: only now are all of them known.
    addContactKeys(keys, decision);
    while (await flights.clear(keys)) {
      decision = await this.#decide(rows);
      addContactKeys(keys, decision);
    }
    await flights.launch(keys, async () => {
      let first = true;
      const landed = await retrying(async () => {
        const current = first ? decision : await this.#decide(rows);
        first = false;
        await this.#deps.sql.begin((tx) => this.#write(tx, batch, rows, current));
        return current;
      });
      for (const id of landed.hit) this.#seen.add(id);
    });
  }

  async #decide(rows: ReadRows): Promise<Decision> {
    const { policy } = this.#options;
    const overlaid = policy.dryRun ? await this.#overlaid(rows) : null;
    const hitBefore = (id: string) => this.#seen.has(id);
    return decideWrites(
      this.#deps,
      this.#scope,
      rows.inputs,
      importWritePolicy(policy),
      this.#origin,
      hitBefore,
      overlaid,
    );
  }

  #overlaid(rows: ReadRows) {
    const { emails, externalIds } = keysOf(rows.inputs);
    return reachableInOverlay(this.#deps.sql, this.#lease.tenantId, emails, externalIds, this.#lease.jobId);
  }

  /** One batch, all or nothing: the ledger's row first, the job's row with the fence last. */
  async #write(tx: Tx, batch: RecordBatch, rows: ReadRows, decision: Decision): Promise<void> {
    const { policy } = this.#options;
    const failures = [...rows.failures];
    for (const [i, outcome] of decision.outcomes.entries()) {
      if (outcome.kind === "failed") failures.push(this.#reader.failure(rows.records[i]!, outcome.problem));
    }
    const entry = {
      batchNo: batch.batchNo,
      rows: batch.records.length,
      lastByte: batch.lastByte,
      lastRow: batch.lastRow,
    };
    await insertBatch(tx, this.#lease, entry, unchangedKeys(decision));
    await insertFailures(tx, this.#lease, failures);
    if (policy.dryRun) {
      await writeOverlay(tx, this.#lease.tenantId, this.#lease.jobId, decision.created, decision.updated);
    } else {
      await writeDecision(this.#deps, tx, this.#scope, decision, importWritePolicy(policy), this.#origin);
    }
    const report = {
      ...decision.report,
      counters: { ...decision.report.counters, failed: failures.length },
    };
    const progress = { report, rows: batch.records.length, bytesDone: batch.bytesDone };
    const { cancelRequested } = await addProgress(tx, this.#lease, progress);
    if (cancelRequested) this.#control.cancel();
  }
}

/** Takes away what only a running import needs. */
export async function cleanUpImport(tx: Tx, job: Job): Promise<void> {
  if (ImportOptions.parse(job.options).policy.dryRun) await dropOverlay(tx, job.tenantId, job.id);
}

function* rowKeys(rows: ReadRows): Generator<string> {
  for (const { email, externalId } of rows.inputs) {
    if (email !== undefined) yield `e${email}`;
    if (externalId !== undefined && externalId !== null) yield `x${externalId}`;
  }
}

/** The keys and ids of the contacts that a decision rewrites; those it creates have their keys from the rows. */
function addContactKeys(keys: Set<string>, decision: Decision): void {
  for (const { before, after } of decision.updated) {
    for (const contact of [before, after]) {
      keys.add(`e${contact.email}`);
      if (contact.externalId !== null) keys.add(`x${contact.externalId}`);
    }
  }
  for (const id of decision.hit) keys.add(id);
}

/** Eight bytes for each contact that was hit and not changed, as the ledger keeps them; null for none. */
function unchangedKeys(decision: Decision): Uint8Array | null {
  const changed = new Set(
    [...decision.created, ...decision.updated.map(({ after }) => after)].map(({ id }) => id),
  );
  const ids = decision.hit.filter((id) => !changed.has(id));
  if (ids.length === 0) return null;
  const bytes = new Uint8Array(ids.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, id] of ids.entries()) {
    const { high, low } = contactKey(id);
    view.setUint32(i * 8, high);
    view.setUint32(i * 8 + 4, low);
  }
  return bytes;
}

function recall(seen: SeenContacts, keys: Uint8Array): void {
  const view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  for (let at = 0; at < keys.length; at += 8) seen.addKey(view.getUint32(at), view.getUint32(at + 4));
}
