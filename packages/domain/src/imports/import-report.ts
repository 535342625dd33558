import type { KeptReason } from "../contacts/status.ts";
import type { RowProblem } from "./row-problem.ts";

/** What became of the rows. Every row is in exactly one of these. */
export const counterNames = [
  "created",
  "updated",
  "unchanged",
  "duplicate",
  "skipped",
  "failed",
  "deleted",
] as const;
export type CounterName = (typeof counterNames)[number];
export type Counters = Record<CounterName, number>;

/** How often a row's status was kept back, and why. Not a counter: such rows count by their other fields. */
export type Reasons = Partial<Record<KeptReason, number>>;

/** The sums over a number of rows. Reports of parts add up to the report of the whole. */
export type Report = {
  counters: Counters;
  reasons: Reasons;
  /**
   * Of the duplicates, those that changed something. A door that must say how many rows wrote needs it; it is part of
   * `counters.duplicate`, not beside it.
   */
  duplicateChanged: number;
};

export function emptyReport(): Report {
  return {
    counters: { created: 0, updated: 0, unchanged: 0, duplicate: 0, skipped: 0, failed: 0, deleted: 0 },
    reasons: {},
    duplicateChanged: 0,
  };
}

/** What became of one row. */
export type RowOutcome =
  | {
      kind: "created" | "updated" | "unchanged" | "skipped" | "deleted";
      contactId: string;
      kept: KeptReason | null;
    }
  | { kind: "duplicate"; changed: boolean; contactId: string; kept: KeptReason | null }
  | { kind: "failed"; problem: RowProblem };

/** What became of one row, as far as a report counts it. */
export type CountedOutcome =
  | { kind: "created" | "updated" | "unchanged" | "skipped" | "deleted"; kept: KeptReason | null }
  | { kind: "duplicate"; changed: boolean; kept: KeptReason | null }
  | { kind: "failed" };

/** Counts one row in place. */
export function countOutcome(report: Report, outcome: CountedOutcome): void {
  report.counters[outcome.kind]++;
  if (outcome.kind === "failed") return;
  if (outcome.kind === "duplicate" && outcome.changed) report.duplicateChanged++;
  if (outcome.kept !== null) report.reasons[outcome.kept] = (report.reasons[outcome.kept] ?? 0) + 1;
}

/** The report of two parts together. Commutative and associative, so that batches may finish in any order. */
export function addReports(a: Report, b: Report): Report {
  const sum = emptyReport();
  for (const name of counterNames) sum.counters[name] = a.counters[name] + b.counters[name];
  for (const part of [a.reasons, b.reasons]) {
    for (const [reason, n] of Object.entries(part) as [KeptReason, number][]) {
      sum.reasons[reason] = (sum.reasons[reason] ?? 0) + n;
    }
  }
  sum.duplicateChanged = a.duplicateChanged + b.duplicateChanged;
  return sum;
}

/** The number of rows that a report speaks of. */
export function totalRows(report: Report): number {
  return counterNames.reduce((sum, name) => sum + report.counters[name], 0);
}
