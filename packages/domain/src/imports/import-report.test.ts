import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addReports,
  counterNames,
  countOutcome,
  emptyReport,
  type Report,
  type RowOutcome,
  totalRows,
} from "./import-report.ts";
import { rowProblem } from "./row-problem.ts";

const kept = fc.constantFrom(null, "kept_unsubscribed", "kept_bounced", "kept_complained");
const contactId = fc.constant("1");
const anyOutcome: fc.Arbitrary<RowOutcome> = fc.oneof(
  fc.record({ kind: fc.constantFrom("created", "updated", "unchanged", "skipped"), contactId, kept }),
  fc.record({ kind: fc.constant("duplicate" as const), changed: fc.boolean(), contactId, kept }),
  fc.constant({ kind: "failed" as const, problem: rowProblem("email_missing", "email", null, "Missing.") }),
);
const anyOutcomes = fc.array(anyOutcome, { maxLength: 30 });

function reportOf(outcomes: readonly RowOutcome[]): Report {
  const report = emptyReport();
  for (const outcome of outcomes) countOutcome(report, outcome);
  return report;
}

test("a report is a sum: the parts together are the whole, in any grouping and order", () => {
  fc.assert(
    fc.property(anyOutcomes, anyOutcomes, anyOutcomes, (a, b, c) => {
      const [x, y, z] = [reportOf(a), reportOf(b), reportOf(c)];
      const whole = reportOf([...a, ...b, ...c]);
      expect(addReports(addReports(x, y), z)).toEqual(whole);
      expect(addReports(x, addReports(y, z))).toEqual(whole);
      expect(addReports(z, addReports(y, x))).toEqual(whole);
      expect(addReports(emptyReport(), x)).toEqual(x);
    }),
  );
});

test("every row is in exactly one counter", () => {
  fc.assert(
    fc.property(anyOutcomes, (outcomes) => {
      const report = reportOf(outcomes);
      expect(totalRows(report)).toBe(outcomes.length);
      for (const name of counterNames) {
        expect(report.counters[name]).toBe(outcomes.filter(({ kind }) => kind === name).length);
      }
    }),
  );
});

test("kept statuses and duplicates that changed something are tallied beside the counters", () => {
  fc.assert(
    fc.property(anyOutcomes, (outcomes) => {
      const report = reportOf(outcomes);
      const reasons = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [] : (outcome.kept ?? [])));
      for (const reason of ["kept_unsubscribed", "kept_bounced", "kept_complained"] as const) {
        expect(report.reasons[reason] ?? 0).toBe(reasons.filter((one) => one === reason).length);
      }
      expect(report.duplicateChanged).toBe(
        outcomes.filter((outcome) => outcome.kind === "duplicate" && outcome.changed).length,
      );
    }),
  );
});

test("adding two reports changes neither", () => {
  const report = reportOf([{ kind: "created", contactId: "1", kept: "kept_bounced" }]);
  const before = structuredClone(report);
  addReports(report, report);
  expect(report).toEqual(before);
});
