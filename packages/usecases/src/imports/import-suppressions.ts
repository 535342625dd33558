import type { Report } from "@roster/domain/imports/import-report.ts";
import type { SuppressionInput } from "@roster/domain/suppressions/suppression-row.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import { type Db, inside, type Tx } from "@roster/store/open.ts";
import { overlaySuppressions } from "@roster/store/suppressions/suppression-overlay.ts";
import { holdList } from "@roster/store/suppressions/suppressions.ts";
import {
  decideSuppressions,
  type HashedAddresses,
  hashedAddresses,
  type SuppressionDecision,
  writeSuppressionDecision,
} from "../suppressions/suppression-write.ts";
import type { BatchKeys } from "./import-flight.ts";
import type { ReadRows } from "./import-rows.ts";
import type { ImportTarget, TargetBatch, TargetPart } from "./import-target.ts";
import type { FileRecord } from "./source/record.ts";

/** Puts a file's addresses on the suppression list, and their contacts to the same status. */
export class SuppressionTarget implements ImportTarget {
  readonly #part: TargetPart;

  constructor(part: TargetPart) {
    this.#part = part;
  }

  batch(records: readonly FileRecord[]): TargetBatch {
    const { reader } = this.#part;
    return new SuppressionBatch(this.#part, reader.rows(records, reader.suppression));
  }
}

class SuppressionBatch implements TargetBatch {
  readonly keys: BatchKeys;
  readonly #part: TargetPart;
  readonly #rows: ReadRows<SuppressionInput>;
  readonly #hashes: HashedAddresses;
  #decision: SuppressionDecision | null = null;

  constructor(part: TargetPart, rows: ReadRows<SuppressionInput>) {
    this.#part = part;
    this.#rows = rows;
    this.#hashes = hashedAddresses(
      part.deps,
      rows.inputs.map(({ email }) => email),
    );
    this.keys = { emails: new Set(this.#hashes.keys()), externalIds: new Set(), ids: new Set() };
  }

  async decide(): Promise<void> {
    await this.#decide(this.#part.deps.sql);
  }

  async decideLocked(tx: Tx): Promise<void> {
    const { scope, policy } = this.#part;
    if (!policy.dryRun) await holdList(tx, scope.tenantId);
    await this.#decide(inside(tx));
  }

  async #decide(sql: Db): Promise<void> {
    const { scope, jobId, policy, seen } = this.#part;
    this.#decision = await decideSuppressions(sql, scope.tenantId, this.#rows.inputs, this.#hashes, {
      seen: (email) => seen.hasKey(...this.#keyOf(email)),
      ...(policy.dryRun && { overlayOf: jobId }),
    });
    this.#decision.report.counters.failed += this.#rows.failures.length;
  }

  get report(): Report {
    return this.#decision!.report;
  }

  get failures(): readonly Failure[] {
    return this.#rows.failures;
  }

  /** All of them: an entry does not say which job made it. */
  get seen(): Uint8Array | null {
    const { named } = this.#decision!;
    if (named.size === 0) return null;
    return Buffer.concat([...named].map((email) => this.#hashes.get(email)!.subarray(0, 8)));
  }

  async write(tx: Tx): Promise<void> {
    const { scope, jobId, policy, deps } = this.#part;
    const { tenantId } = scope;
    const decision = this.#decision!;
    if (!policy.dryRun) {
      const source = { kind: "job" as const, id: jobId };
      const why = { source, reason: "imported" };
      return writeSuppressionDecision(deps, tx, tenantId, decision, this.#hashes, why);
    }
    const moved = decision.updated.map(({ after }) => [after.email, after.status] as const);
    const statuses = [...new Map([...decision.effects.entries, ...moved])];
    const byHash = statuses.map(([email, status]) => [this.#hashes.get(email)!, status] as const);
    return overlaySuppressions(tx, tenantId, jobId, byHash);
  }

  landed(): void {
    for (const email of this.#decision!.named) this.#part.seen.addKey(...this.#keyOf(email));
  }

  #keyOf(email: string): [high: number, low: number] {
    const hash = this.#hashes.get(email)!;
    return [hash.readUInt32BE(0), hash.readUInt32BE(4)];
  }
}
