import type { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import { emptyReport, type Report } from "@roster/domain/imports/import-report.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import type { Tx } from "@roster/store/open.ts";
import type { BatchKeys } from "../imports/import-flight.ts";
import type { ImportPart, ImportTarget, TargetBatch } from "../imports/import-target.ts";
import type { FileRecord } from "../imports/source/record.ts";
import { EventBatch } from "./event-batch.ts";
import type { EventRowReader, EventRows } from "./import-event-rows.ts";

/** Counts a file's events. */
export class EventTarget implements ImportTarget {
  readonly #part: ImportPart;
  readonly #reader: EventRowReader;
  readonly #settings: TenantSettings;

  constructor(part: ImportPart, reader: EventRowReader, settings: TenantSettings) {
    this.#part = part;
    this.#reader = reader;
    this.#settings = settings;
  }

  batch(records: readonly FileRecord[]): TargetBatch {
    const { deps, scope } = this.#part;
    const rows = this.#reader.rows(records);
    return new EventRowBatch(this.#reader, rows, new EventBatch(deps, scope, rows.reported, this.#settings));
  }
}

class EventRowBatch implements TargetBatch {
  readonly keys: BatchKeys;
  /** Whoever takes the job up finds the events by their ids. */
  readonly seen = null;
  readonly #reader: EventRowReader;
  readonly #rows: EventRows;
  readonly #batch: EventBatch;

  constructor(reader: EventRowReader, rows: EventRows, batch: EventBatch) {
    this.#reader = reader;
    this.#rows = rows;
    this.#batch = batch;
    // Of two events with one id that of the earlier row counts: so it must be written first.
    this.keys = { emails: new Set(), externalIds: new Set(batch.digests), ids: new Set() };
  }

  async decide(): Promise<void> {
    await this.#batch.decide();
    for (const id of this.#batch.contactIds) this.keys.ids.add(id);
  }

  decideLocked(tx: Tx): Promise<void> {
    return this.#batch.decideLocked(tx);
  }

  /** Which events are new is known when they are written. */
  get report(): Report {
    const report = emptyReport();
    report.counters.failed = this.#rows.failures.length;
    for (const { kind } of this.#batch.outcomes) report.counters[kind === "accepted" ? "created" : kind]++;
    return report;
  }

  get failures(): readonly Failure[] {
    const failures = [...this.#rows.failures];
    for (const [i, outcome] of this.#batch.outcomes.entries()) {
      // The others are not decided yet.
      if (outcome?.kind !== "failed") continue;
      failures.push(this.#reader.failure(this.#rows.records[i]!, outcome.problem));
    }
    return failures;
  }

  write(tx: Tx): Promise<void> {
    return this.#batch.write(tx);
  }

  landed(): void {}
}
