import type { Contact } from "@roster/domain/contact.ts";
import { ContactBook } from "@roster/domain/contact-book.ts";
import { countOutcome, emptyReport, type Report } from "@roster/domain/import-report.ts";
import type { Status } from "@roster/domain/status.ts";
import {
  applySuppression,
  noSuppressionEffects,
  type SuppressionEffects,
} from "@roster/domain/suppression.ts";
import type { SuppressionInput } from "@roster/domain/suppression-row.ts";
import { addToCounts } from "@roster/store/contact-counts.ts";
import { insertStatusChanges } from "@roster/store/contact-history.ts";
import { reachableContacts } from "@roster/store/contact-read.ts";
import {
  type ContactChange,
  lockContactsByEmail,
  Raced,
  updateContacts,
} from "@roster/store/contact-write.ts";
import type { Failure } from "@roster/store/import-batches.ts";
import { type Db, inside, type Tx } from "@roster/store/open.ts";
import { overlaidStatuses, overlaySuppressions } from "@roster/store/suppression-overlay.ts";
import { holdList, setSuppressions, suppressedStatuses } from "@roster/store/suppressions.ts";
import { countDeltas } from "./contact-write.ts";
import type { BatchKeys } from "./import-flight.ts";
import type { ReadRows } from "./import-rows.ts";
import type { FileRecord } from "./import-source/record.ts";
import type { ImportTarget, TargetBatch, TargetPart } from "./import-target.ts";
import { suppressionHash } from "./suppression-key.ts";

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

type Decision = {
  report: Report;
  stored: readonly Contact[];
  updated: ContactChange[];
  effects: SuppressionEffects;
  /** Addresses that no earlier batch of the file named. */
  named: ReadonlySet<string>;
};

class SuppressionBatch implements TargetBatch {
  readonly keys: BatchKeys;
  readonly #part: TargetPart;
  readonly #rows: ReadRows<SuppressionInput>;
  /** The hash of each address. */
  readonly #hashes = new Map<string, Buffer>();
  #decision: Decision | null = null;

  constructor(part: TargetPart, rows: ReadRows<SuppressionInput>) {
    this.#part = part;
    this.#rows = rows;
    for (const { email } of rows.inputs) {
      if (!this.#hashes.has(email)) {
        this.#hashes.set(email, suppressionHash(part.deps.suppressionKey, email));
      }
    }
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
    const { tenantId } = scope;
    const hashes = [...this.#hashes.values()];
    const entries = this.#byEmail(await suppressedStatuses(sql, tenantId, hashes));
    let stored: Contact[] = await reachableContacts(sql, tenantId, this.keys, null);
    if (policy.dryRun) {
      const overlaid = this.#byEmail(await overlaidStatuses(sql, tenantId, jobId, hashes));
      for (const [email, status] of overlaid) entries.set(email, status);
      // Both have the status that the overlay tells: the entry, and the contact with it.
      stored = stored.map((contact) => ({
        ...contact,
        status: overlaid.get(contact.email) ?? contact.status,
      }));
    }
    const named = new Set<string>();
    const book = new ContactBook(stored);
    const context = {
      book,
      entries,
      seen: {
        has: (email: string) => named.has(email) || seen.hasKey(...this.#keyOf(email)),
        add: (email: string) => void named.add(email),
      },
    };
    const effects = noSuppressionEffects();
    const report = emptyReport();
    for (const input of this.#rows.inputs) countOutcome(report, applySuppression(input, context, effects));
    report.counters.failed += this.#rows.failures.length;
    this.#decision = { report, stored, updated: book.changes().updated, effects, named };
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
    const { effects, updated, stored } = this.#decision!;
    if (effects.entries.size === 0 && updated.length === 0) return;
    if (policy.dryRun) {
      const moved = updated.map(({ after }) => [after.email, after.status] as const);
      const statuses = [...new Map([...effects.entries, ...moved])];
      const byHash = statuses.map(([email, status]) => [this.#hashes.get(email)!, status] as const);
      return overlaySuppressions(tx, tenantId, jobId, byHash);
    }
    await holdList(tx, tenantId);
    // Whoever created one of the contacts, or changed it, did so before: from here on nobody does.
    const now = await lockContactsByEmail(tx, tenantId, [...this.keys.emails]);
    const decidedOn = new Map(stored.map(({ id, version }) => [id, version]));
    const same =
      now.length === stored.length && now.every(({ id, version }) => decidedOn.get(id) === version);
    if (!same) throw new Raced();

    await updateContacts(tx, tenantId, updated);
    await insertStatusChanges(
      tx,
      tenantId,
      effects.statusChanges.map((change) => ({ ...change, id: deps.newId() })),
      { kind: "job", id: jobId },
      null,
    );
    await setSuppressions(
      tx,
      tenantId,
      [...effects.entries].map(([email, status]) => ({
        hash: this.#hashes.get(email)!,
        keyVersion: deps.suppressionKey.version,
        status,
        reason: "imported",
        source: jobId,
      })),
    );
    await addToCounts(tx, tenantId, countDeltas([], updated));
  }

  landed(): void {
    for (const email of this.#decision!.named) this.#part.seen.addKey(...this.#keyOf(email));
  }

  #keyOf(email: string): [high: number, low: number] {
    const hash = this.#hashes.get(email)!;
    return [hash.readUInt32BE(0), hash.readUInt32BE(4)];
  }

  /** @param statuses by the hash in hex */
  #byEmail(statuses: ReadonlyMap<string, Status>): Map<string, Status> {
    const found = new Map<string, Status>();
    if (statuses.size === 0) return found;
    for (const [email, hash] of this.#hashes) {
      const status = statuses.get(hash.toString("hex"));
      if (status !== undefined) found.set(email, status);
    }
    return found;
  }
}
