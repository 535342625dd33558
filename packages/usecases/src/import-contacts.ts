import type { ContactInput } from "@roster/domain/contact.ts";
import { contactKey, type SeenContacts } from "@roster/domain/dedupe.ts";
import { importWritePolicy } from "@roster/domain/import-policy.ts";
import type { Report } from "@roster/domain/import-report.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import type { WritePolicy } from "@roster/domain/write-policy.ts";
import { reachableInOverlay, writeOverlay } from "@roster/store/contact-overlay.ts";
import { lockContacts } from "@roster/store/contact-write.ts";
import type { Failure } from "@roster/store/import-batches.ts";
import { inside, type Tx } from "@roster/store/open.ts";
import {
  type Decision,
  decideWrites,
  keysOf,
  type Origin,
  type WriteKeys,
  writeDecision,
} from "./contact-write.ts";
import type { Deps } from "./deps.ts";
import type { BatchKeys } from "./import-flight.ts";
import type { ReadRows, RowReader } from "./import-rows.ts";
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
    return new ContactBatch(this, this.reader.rows(records, this.reader.contact));
  }
}

class ContactBatch implements TargetBatch {
  readonly keys: BatchKeys;
  readonly #rowKeys: WriteKeys;
  readonly #target: ContactTarget;
  readonly #rows: ReadRows<ContactInput>;
  #decision: Decision | null = null;

  constructor(target: ContactTarget, rows: ReadRows<ContactInput>) {
    this.#target = target;
    this.#rows = rows;
    this.#rowKeys = keysOf(rows.inputs);
    this.keys = {
      emails: new Set(this.#rowKeys.emails),
      externalIds: new Set(this.#rowKeys.externalIds),
      ids: new Set(),
    };
  }

  async decide(): Promise<void> {
    await this.#decide(this.#target.deps);
  }

  async decideLocked(tx: Tx): Promise<void> {
    const { deps, scope, dryRun } = this.#target;
    if (!dryRun) {
      const rewritten = this.#decision!.updated.map(({ before }) => before.id);
      await lockContacts(tx, scope.tenantId, rewritten);
    }
    await this.#decide({ ...deps, sql: inside(tx) });
  }

  async #decide(deps: Deps): Promise<void> {
    const { scope, jobId, policy, origin, dryRun, seen } = this.#target;
    this.#decision = await decideWrites(deps, scope, this.#rows.inputs, policy, origin, {
      keys: this.#rowKeys,
      hitBefore: (id) => seen.has(id),
      ...(dryRun ? { stored: await reachableInOverlay(deps.sql, scope.tenantId, this.#rowKeys, jobId) } : {}),
    });
    // A row can reach a contact by one key and the batch in front by another: only now are all of them known.
    addContactKeys(this.keys, this.#decision);
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
    return keyBytes(this.#decision!.unchanged);
  }

  async write(tx: Tx): Promise<void> {
    const { deps, scope, jobId, policy, origin, dryRun } = this.#target;
    const decision = this.#decision!;
    if (dryRun) await writeOverlay(tx, scope.tenantId, jobId, decision.created, decision.updated);
    else await writeDecision(deps, tx, scope, decision, policy, origin);
  }

  landed(): void {
    for (const id of this.#decision!.unchanged) this.#target.seen.add(id);
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
