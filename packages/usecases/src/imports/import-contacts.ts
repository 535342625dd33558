import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import type { WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { contactKey } from "@roster/domain/imports/dedupe.ts";
import { importWritePolicy } from "@roster/domain/imports/import-policy.ts";
import type { Report } from "@roster/domain/imports/import-report.ts";
import { lockContacts } from "@roster/store/contacts/contact-lock.ts";
import { reachableInOverlay, writeOverlay } from "@roster/store/contacts/contact-overlay.ts";
import { reachableContacts } from "@roster/store/contacts/contact-read.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import { inside, type Tx } from "@roster/store/open.ts";
import { overlaidStatuses, overlaySuppressions } from "@roster/store/suppressions/suppression-overlay.ts";
import { type Decision, decideWrites, keysOf, type WriteKeys } from "../contacts/contact-decision.ts";
import { writeDecision } from "../contacts/contact-write.ts";
import type { Origin } from "../contacts/write-origin.ts";
import type { Deps } from "../deps.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";
import type { BatchKeys } from "./import-flight.ts";
import type { ReadRows } from "./import-rows.ts";
import type { ImportTarget, TargetBatch, TargetPart } from "./import-target.ts";
import type { KnownKeys } from "./known-keys.ts";
import { addSettled, marksOf, type Settled, SettledRows } from "./settled-rows.ts";
import type { FileRecord } from "./source/record.ts";

/** Makes contacts of a file's rows. */
export class ContactTarget implements ImportTarget {
  readonly part: TargetPart;
  readonly origin: Origin;
  readonly policy: WritePolicy;
  readonly known: KnownKeys | null;
  readonly settled: SettledRows | null;

  /** @param known null where every key has to be looked up */
  constructor(part: TargetPart, known: KnownKeys | null) {
    this.part = part;
    this.origin = { source: { kind: "job", id: part.jobId }, jobId: part.jobId, createdFrom: null };
    this.policy = importWritePolicy(part.policy);
    this.known = known;
    // A dry run reads through its overlay, and whom a file skips it skips again.
    const { dryRun, onExisting } = part.policy;
    this.settled = dryRun || onExisting === "skip" ? null : new SettledRows();
  }

  batch(records: readonly FileRecord[]): TargetBatch {
    const { reader } = this.part;
    return new ContactBatch(this, reader.rows(records, reader.contact));
  }
}

class ContactBatch implements TargetBatch {
  readonly keys: BatchKeys;
  readonly #rowKeys: WriteKeys;
  readonly #target: ContactTarget;
  readonly #rows: ReadRows<ContactInput>;
  readonly #marks: readonly number[];
  #decision: Decision | null = null;

  constructor(target: ContactTarget, rows: ReadRows<ContactInput>) {
    this.#target = target;
    this.#rows = rows;
    this.#rowKeys = keysOf(rows.inputs);
    const { reader } = target.part;
    this.#marks = target.settled === null ? [] : rows.records.map((record) => reader.mark(record));
    this.keys = {
      emails: new Set(this.#rowKeys.emails),
      externalIds: new Set(this.#rowKeys.externalIds),
      ids: new Set(),
    };
  }

  async decide(): Promise<void> {
    const { part, known, settled } = this.#target;
    const { inputs } = this.#rows;
    const among = (keys: WriteKeys, inputs: readonly ContactInput[]) => known?.among(keys, inputs) ?? keys;
    const lookUp = among(this.#rowKeys, inputs);
    const batch = { inputs, marks: this.#marks, keys: this.#rowKeys, lookUp };
    const done = await settled?.among(part.deps.sql, part.scope.tenantId, part.jobId, batch);
    if (done === undefined || done.size === 0) return this.#decide(part.deps, lookUp);
    const open = inputs.filter((_, at) => !done.has(at));
    await this.#decide(part.deps, among(keysOf(open), open), done);
  }

  async decideLocked(tx: Tx): Promise<void> {
    const { deps, scope, policy } = this.#target.part;
    if (!policy.dryRun) {
      const rewritten = this.#decision!.updated.map(({ before }) => before.id);
      await lockContacts(tx, scope.tenantId, rewritten);
    }
    await this.#decide({ ...deps, sql: inside(tx) }, this.#rowKeys);
  }

  /** @param done rows that have nothing left to do, by their index */
  async #decide(
    deps: Deps,
    lookUp: WriteKeys,
    done: ReadonlyMap<number, Settled> = new Map(),
  ): Promise<void> {
    const { origin, policy, part } = this.#target;
    const { scope, jobId, seen } = part;
    const { dryRun } = part.policy;
    const look = dryRun ? reachableInOverlay : reachableContacts;
    const { inputs } = this.#rows;
    const open = done.size === 0 ? inputs : inputs.filter((_, at) => !done.has(at));
    const hitBefore = (id: string) => seen.has(id);
    const decision = await decideWrites(deps, scope, open, policy, origin, {
      hitBefore,
      stored: await look(deps.sql, scope.tenantId, lookUp, jobId),
      ...(dryRun ? { overlaid: (hashes) => overlaidStatuses(deps.sql, scope.tenantId, jobId, hashes) } : {}),
    });
    if (done.size > 0) addSettled(decision, done, hitBefore);
    if (this.#target.settled !== null) decision.marks = marksOf(decision, this.#marks);
    this.#decision = decision;
    // A row can reach a contact by one key and the batch in front by another: only now are all of them known.
    addContactKeys(this.keys, this.#decision);
  }

  get failures(): readonly Failure[] {
    const failures = [...this.#rows.failures];
    for (const [i, outcome] of this.#decision!.outcomes.entries()) {
      if (outcome.kind !== "failed") continue;
      failures.push(this.#target.part.reader.failure(this.#rows.records[i]!, outcome.problem));
    }
    return failures;
  }

  get report(): Report {
    const { report } = this.#decision!;
    const failed = this.#rows.failures.length + report.counters.failed;
    return { ...report, counters: { ...report.counters, failed } };
  }

  /** The contacts that were hit and not changed: those that changed are known by their own rows. */
  get seen(): Uint8Array | null {
    return keyBytes(this.#decision!.unchanged);
  }

  async write(tx: Tx): Promise<void> {
    const { origin, policy, part } = this.#target;
    const { deps, scope, jobId } = part;
    const decision = this.#decision!;
    if (!part.policy.dryRun) {
      await writeDecision(deps, tx, scope, decision, policy, origin);
      return;
    }
    const { created, updated, effects } = decision;
    await writeOverlay(tx, scope.tenantId, jobId, created, updated);
    const statuses = [...effects.suppressions].map(
      ([email, status]) => [suppressionHash(deps.suppressionKey, email), status ?? "active"] as const,
    );
    await overlaySuppressions(tx, scope.tenantId, jobId, statuses);
  }

  landed(): void {
    const { part, known } = this.#target;
    for (const id of this.#decision!.unchanged) part.seen.add(id);
    known?.add(this.#rowKeys);
  }
}

/** The keys and ids of the contacts that a decision hits; those it creates have their keys from the rows. */
function addContactKeys({ emails, externalIds, ids }: BatchKeys, { updated, unchanged }: Decision): void {
  for (const { before, after } of updated) {
    for (const contact of [before, after]) {
      emails.add(contact.email);
      if (contact.externalId !== null) externalIds.add(contact.externalId);
    }
  }
  for (const id of unchanged) ids.add(id);
}

function keyBytes(ids: readonly string[]): Uint8Array | null {
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
