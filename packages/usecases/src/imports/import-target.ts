import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { SeenContacts } from "@roster/domain/imports/dedupe.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import type { Report } from "@roster/domain/imports/import-report.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import type { BatchKeys } from "./import-flight.ts";
import type { RowReader } from "./import-rows.ts";
import type { FileRecord } from "./source/record.ts";

/** What becomes of a file's rows. Everything else about an import – cutting, ledger, fence, progress – is the run's. */
export type ImportTarget = {
  /** Reads a batch's records by the rules of the file; nothing is decided yet. */
  batch(records: readonly FileRecord[]): TargetBatch;
};

/** What a target works with: one import's own. */
export type ImportPart = {
  deps: Deps;
  scope: TenantScope;
  jobId: string;
  policy: ImportPolicy;
  /** What earlier rows of the file hit. */
  seen: SeenContacts;
};

/** The same where rows have an address, of people or of those who are not to be mailed. */
export type TargetPart = ImportPart & { reader: RowReader };

/** The rows of one batch: decided without locks, decided again where others were faster, and written. */
export type TargetBatch = {
  /** What no other batch that is being written may share; `decide` adds what only the stored data tells. */
  readonly keys: BatchKeys;
  decide(): Promise<void>;
  /**
   * The same after a lost race, in the transaction that will write: what was to be rewritten is locked first, so that this
   * time the others wait. A batch of thousands would lose again and again against contacts that change every moment.
   */
  decideLocked(tx: Tx): Promise<void>;
  /** What `decide` came to, for the job's row. */
  readonly report: Report;
  readonly failures: readonly Failure[];
  /** Eight bytes for each hit that leaves no trace of its own, for whoever takes the job up; null for none. */
  readonly seen: Uint8Array | null;
  /** Writes what was decided, in the batch's transaction. */
  write(tx: Tx): Promise<void>;
  /** Called when that transaction is committed: the file's later rows know these hits. */
  landed(): void;
};
