import type { Contact } from "@roster/domain/contacts/contact.ts";
import { ContactBook } from "@roster/domain/contacts/contact-book.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { applyUpsert, noEffects, type UpsertContext } from "@roster/domain/contacts/upsert.ts";
import { mapColumns } from "@roster/domain/imports/import-columns.ts";
import { ImportPolicy, importWritePolicy } from "@roster/domain/imports/import-policy.ts";
import { countOutcome, emptyReport, type Report, totalRows } from "@roster/domain/imports/import-report.ts";
import { readCells } from "@roster/domain/imports/import-row.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobView } from "../src/jobs/jobs.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

/** More of them by ORACLE_RUNS: each is a file of up to forty rows, imported three times. */
const runs = Number(process.env.ORACLE_RUNS ?? 40);

const headers = ["email", "externalId", "firstName", "tags", "status", "plan"];

// Small alphabets, so that everything collides with everything.
const cell = (...values: string[]) => fc.constantFrom("", ...values);
const row = fc.tuple(
  cell("a@x.co", "A@x.co ", "b@x.co", "c@x.co", "d@x.co", "not an address"),
  fc.oneof({ weight: 3, arbitrary: fc.constant("") }, { weight: 2, arbitrary: cell("1", "2", "3") }),
  cell("Ana", "Bo"),
  cell("vip", "vip;new", "old|vip"),
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("") },
    cell("active", "unsubscribed", "bounced", "complained", "gone"),
  ),
  cell("pro", "free"),
);
const file = fc.array(fc.oneof({ weight: 9, arbitrary: row }, fc.constant(null)), { maxLength: 40 });

const policy = fc.record({
  onExisting: fc.constantFrom("merge" as const, "skip" as const, "overwrite" as const),
  tags: fc.constantFrom<string[]>([], ["june"]),
  resubscribe: fc.constantFrom(undefined, "they signed again"),
});

type Row =
  | [email: string, externalId: string, firstName: string, tags: string, status: string, plan: string]
  | null;
type Choice = typeof policy extends fc.Arbitrary<infer C> ? C : never;

/** The file as text; `null` is a blank line. */
function csv(rows: readonly Row[]): string {
  return [headers, ...rows]
    .map((cells) => (cells === null ? "" : cells.map((c) => `"${c}"`).join(",")))
    .join("\r\n");
}

/** An address that an unsubscribed contact has left, and that a row of a later batch takes. */
const movedAway: [Row[], Choice, again: boolean] = [
  [
    ["c@x.co", "1", "", "", "unsubscribed", ""],
    ["d@x.co", "1", "", "", "", ""],
    ["c@x.co", "", "", "", "", ""],
  ],
  { onExisting: "merge", tags: [], resubscribe: undefined },
  false,
];

/** The rules, row by row, with no batch, no database and no other state than the contacts. */
class Oracle {
  contacts: Contact[] = [];
  suppressions = new Map<string, Status>();
  #ids = 0;

  import(
    rows: readonly Row[],
    policy: ImportPolicy,
    jobId: string,
  ): { report: Report; failedRows: [number, string][] } {
    const columns = mapColumns(headers);
    if (!columns.ok) throw new Error(columns.problem.message);
    const report = emptyReport();
    const failedRows: [number, string][] = [];
    const seen = new Set<string>();
    for (const [i, cells] of rows.entries()) {
      if (cells === null || cells.every((c) => c === "")) continue;
      const read = readCells(cells, columns.columns, policy.tags);
      const book = new ContactBook(this.contacts, ({ id }) => seen.has(id));
      const context: UpsertContext = {
        policy: importWritePolicy(policy),
        book,
        newId: () => `${++this.#ids}`,
        suppressions: this.suppressions,
        jobId,
        source: null,
      };
      const outcome = read.ok
        ? applyUpsert(read.input, context, noEffects())
        : ({ kind: "failed", problem: read.problem } as const);
      countOutcome(report, outcome);
      if (outcome.kind !== "failed" && outcome.kind !== "skipped") seen.add(outcome.contactId);
      if (outcome.kind === "failed") failedRows.push([i + 2, outcome.problem.code]);
      const { created, updated } = book.changes();
      const changed = new Map(updated.map(({ after }) => [after.id, after]));
      this.contacts = [...this.contacts.map((contact) => changed.get(contact.id) ?? contact), ...created];
    }
    return { report, failedRows };
  }

  table() {
    return this.contacts
      .map(({ id, createdJob, ...contact }) => contact)
      .sort((a, b) => (a.email < b.email ? -1 : 1));
  }
}

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

function figures(job: JobView, report: Report) {
  return {
    got: { counters: job.counters, reasons: job.reasons, duplicateChanged: job.duplicateChanged },
    wanted: { counters: report.counters, reasons: report.reasons, duplicateChanged: report.duplicateChanged },
  };
}

test("an import in batches of any size, interrupted anywhere, equals applying its rows one at a time; its dry run said so", async () => {
  let tenants = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(file, policy, fc.boolean()), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 60_000),
      async (files, batchRows, lanes, sliceMs) => {
        const scope = await world.otherTenant(`oracle-${++tenants}`);
        const oracle = new Oracle();
        const settings = { batchSize: { rows: batchRows, bytes: 1e6 }, lanes, sliceMs };
        let latest = files[0]!;
        for (const [i, next] of files.entries()) {
          // Often the same file comes again.
          const [, , again] = next;
          if (i === 0 || !again) latest = next;
          const [rows, choice] = latest;
          const policy = {
            onExisting: choice.onExisting,
            tags: choice.tags,
            ...(choice.resubscribe === undefined ? {} : { resubscribe: true, consent: choice.resubscribe }),
          };
          const text = csv(rows);
          const rehearsal = await world.import(
            text,
            { policy: { ...policy, dryRun: true }, settings },
            scope,
          );
          const before = await world.contacts(scope);
          expect(before).toEqual(oracle.table());

          const job = await world.import(text, { policy, settings }, scope);
          const wanted = oracle.import(rows, ImportPolicy.parse(policy), job.id);
          const real = figures(job, wanted.report);
          expect(real.got).toEqual(real.wanted);
          expect(totalRows(wanted.report)).toBe(job.processed);
          expect(figures(rehearsal, wanted.report).got).toEqual(real.wanted);
          expect(await world.contacts(scope)).toEqual(oracle.table());
          const failures = await world.deps.sql`
              select row, code from job_failures where job_id = ${job.id} order by row`;
          expect(failures.map(({ row, code }) => [row, code])).toEqual(wanted.failedRows);
          const [counts] = await world.deps.sql`
              select coalesce(sum(n), 0)::int8 as n from contact_counts where tenant_id = ${scope.tenantId}`;
          expect(counts!.n).toBe(oracle.contacts.length);
        }
      },
    ),
    { numRuns: runs, examples: [[[movedAway], 1, 1, 0]] },
  );
}, 600_000);
