import { contactKey, type SeenContacts } from "@roster/domain/dedupe.ts";
import { importWritePolicy } from "@roster/domain/import-policy.ts";
import type { Report } from "@roster/domain/import-report.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import type { WritePolicy } from "@roster/domain/write-policy.ts";
import { reachableInOverlay, writeOverlay } from "@roster/store/contact-overlay.ts";
import type { Failure } from "@roster/store/import-batches.ts";
import type { Tx } from "@roster/store/open.ts";
import { type Decision, decideWrites, keysOf, type Origin, writeDecision } from "./contact-write.ts";
import type { Deps } from "./deps.ts";
import { type ReadRows, type RowReader, readRows } from "./import-rows.ts";
import type { FileRecord } from "./import-source/record.ts";
import type { ImportTarget, TargetBatch } from "./import-target.ts";
import type { ImportOptions } from "./imports.ts";

/** Makes contacts of a file's rows. */
export class ContactTarget implements ImportTarget {
  readonly deps: Deps;
  readonly scope: TenantScope;
  readonly jobId: string;
  readonly origin: Origin;
  readonly policy: WritePolicy;
  readonly dryRun: boolean;
  readonly reader: RowReader;
  readonly seen: SeenContacts;

  /** @param seen the contacts that earlier rows of the file hit */
  constructor(
    deps: Deps,
    scope: TenantScope,
    jobId: string,
    { policy }: ImportOptions,
    reader: RowReader,
    seen: SeenContacts,
  ) {
    this.deps = deps;
    this.scope = scope;
    this.jobId = jobId;
    this.origin = { source: { kind: "job", id: jobId }, jobId, createdFrom: null };
    this.policy = importWritePolicy(policy);
    this.dryRun = policy.dryRun;
    this.reader = reader;
    this.seen = seen;
  }

  batch(records: readonly FileRecord[]): TargetBatch {
    return new ContactBatch(this, readRows(this.reader, records));
  }
}

class ContactBatch implements TargetBatch {
  readonly keys: Set<string>;
  readonly #target: ContactTarget;
  readonly #rows: ReadRows;
  #decision: Decision | null = null;

  constructor(target: ContactTarget, rows: ReadRows) {
    this.#target = target;
    this.#rows = rows;
    this.keys = new Set(rowKeys(rows));
  }

  async decide(): Promise<void> {
    const { deps, scope, policy, origin, dryRun, seen } = this.#target;
    const overlaid = dryRun ? await this.#overlaid() : null;
    this.#decision = await decideWrites(
      deps,
      scope,
      this.#rows.inputs,
      policy,
      origin,
      (id) => seen.has(id),
      overlaid,
    );
    // A row can reach a contact by one key and the batch in front by another: only now are all of them known.
    addContactKeys(this.keys, this.#decision);
  }

  #overlaid() {
    const { deps, scope, jobId } = this.#target;
    const { emails, externalIds } = keysOf(this.#rows.inputs);
    return reachableInOverlay(deps.sql, scope.tenantId, emails, externalIds, jobId);
  }

  get failures(): readonly Failure[] {
    const failures = [...this.#rows.failures];
    for (const [i, outcome] of this.#decision!.outcomes.entries()) {
      if (outcome.kind !== "failed") continue;
      failures.push(this.#target.reader.failure(this.#rows.records[i]!, outcome.problem));
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
    const { created, updated, hit } = this.#decision!;
    const changed = new Set([...created, ...updated.map(({ after }) => after)].map(({ id }) => id));
    return keyBytes(hit.filter((id) => !changed.has(id)));
  }

  async write(tx: Tx): Promise<void> {
    const { deps, scope, jobId, policy, origin, dryRun } = this.#target;
    const decision = this.#decision!;
    if (dryRun) await writeOverlay(tx, scope.tenantId, jobId, decision.created, decision.updated);
    else await writeDecision(deps, tx, scope, decision, policy, origin);
  }

  landed(): void {
    for (const id of this.#decision!.hit) this.#target.seen.add(id);
  }
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
