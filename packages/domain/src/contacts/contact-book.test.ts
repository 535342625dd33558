import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyBatches,
  anyPolicy,
  anyTables,
  contactId as id,
  manyPolicies,
} from "../../test/colliding-rows.ts";
import { failed, ladder, oracleRow, type Tables } from "../../test/row-oracle.ts";
import { SeenContacts } from "../imports/dedupe.ts";
import {
  addReports,
  countOutcome,
  emptyReport,
  type RowOutcome,
  totalRows,
} from "../imports/import-report.ts";
import type { Contact, ContactInput } from "./contact.ts";
import { ContactBook } from "./contact-book.ts";
import { applyUpsert, noEffects } from "./upsert.ts";
import type { WritePolicy } from "./write-policy.ts";

const copy = (tables: Tables): Tables => structuredClone(tables);
const byId = (a: Contact, b: Contact) => (a.id < b.id ? -1 : 1);

/** As the import does it: each batch with a fresh book of what it can reach, read after the batch before. */
function runBatches(tables: Tables, batches: ContactInput[][], policy: WritePolicy) {
  const seen = new SeenContacts();
  let made = 100;
  const outcomes: RowOutcome[] = [];
  let report = emptyReport();
  for (const batch of batches) {
    const emails = new Set(batch.map(({ email }) => email));
    const externalIds = new Set(batch.map(({ externalId }) => externalId ?? undefined));
    const book = new ContactBook(
      tables.contacts.filter(
        (contact) => emails.has(contact.email) || externalIds.has(contact.externalId ?? "none"),
      ),
      (contact) => seen.has(contact.id),
    );
    const looked = [...tables.suppressions].filter(
      ([email]) => emails.has(email) && book.byEmail(email) === undefined,
    );
    const context = { policy, book, suppressions: new Map(looked), jobId: "job", source: "test" };
    const effects = noEffects();
    const part = emptyReport();
    for (const input of batch) {
      const outcome = applyUpsert(input, { ...context, newId: () => id(made++) }, effects);
      countOutcome(part, outcome);
      outcomes.push(outcome);
    }
    report = addReports(report, part);
    const { created, updated, unchanged } = book.changes();
    for (const contact of [...created, ...updated.map(({ after }) => after)]) seen.add(contact.id);
    for (const id of unchanged) seen.add(id);
    for (const { before, after } of updated) {
      expect(tables.contacts[tables.contacts.indexOf(before)]).toBe(before);
      tables.contacts.splice(tables.contacts.indexOf(before), 1, after);
    }
    tables.contacts.push(...created);
    for (const { contactId, from, to } of effects.statusChanges) {
      tables.history.push(`${contactId}: ${from} to ${to}`);
    }
    for (const [email, status] of effects.suppressions) {
      if (status === null) tables.suppressions.delete(email);
      else tables.suppressions.set(email, status);
    }
  }
  return { outcomes, report };
}

const brief = (outcome: RowOutcome) =>
  outcome.kind === "failed" ? failed(outcome.problem.code, outcome.problem.contactId) : outcome;

describe("a batch", () => {
  test("equals its rows one by one: contacts, versions, outcomes, history and suppressions", () => {
    fc.assert(
      fc.property(anyTables, anyBatches, anyPolicy, (start, batches, policy) => {
        const real = copy(start);
        const { outcomes } = runBatches(real, batches, policy);

        const expected = copy(start);
        const hit: string[] = [];
        let made = 100;
        const one = (input: ContactInput) => oracleRow(expected, input, policy, hit, () => id(made++));
        expect(outcomes.map(brief)).toEqual(batches.flat().map(one));
        expect(real.contacts.sort(byId)).toEqual(expected.contacts.sort(byId));
        expect(real.suppressions).toEqual(expected.suppressions);
        expect(real.history.sort()).toEqual(expected.history.sort());
      }),
      { numRuns: 1500 },
    );
  });

  test("may be cut anywhere: the cuts change nothing", () => {
    fc.assert(
      fc.property(anyTables, anyBatches, anyPolicy, (start, batches, policy) => {
        const [cut, whole] = [copy(start), copy(start)];
        const inOne = runBatches(whole, [batches.flat()], policy);
        expect(runBatches(cut, batches, policy)).toEqual(inOne);
        expect(cut.contacts.sort(byId)).toEqual(whole.contacts.sort(byId));
        expect(cut.suppressions).toEqual(whole.suppressions);
      }),
      { numRuns: 400 },
    );
  });

  test("counts every row exactly once, and creates as many contacts as it says", () => {
    fc.assert(
      fc.property(anyTables, anyBatches, manyPolicies, (start, batches, policy) => {
        const tables = copy(start);
        const rows = batches.flat().length;
        const { report } = runBatches(tables, batches, policy);
        expect(totalRows(report)).toBe(rows);
        expect(report.counters.created).toBe(tables.contacts.length - start.contacts.length);
      }),
      { numRuns: 200 },
    );
  });

  test("leaves each email and each externalId with one contact", () => {
    fc.assert(
      fc.property(anyTables, anyBatches, anyPolicy, (start, batches, policy) => {
        const { contacts } = start;
        runBatches(start, batches, policy);
        const externalIds = contacts.flatMap(({ externalId }) => externalId ?? []);
        expect(new Set(contacts.map(({ email }) => email)).size).toBe(contacts.length);
        expect(new Set(externalIds).size).toBe(externalIds.length);
      }),
      { numRuns: 200 },
    );
  });

  test("never makes an address mailable that was not, unless somebody consented anew", () => {
    fc.assert(
      fc.property(anyTables, anyBatches, manyPolicies, (start, batches, policy) => {
        const before = copy(start);
        runBatches(start, batches, { ...policy, resubscribe: null });
        for (const old of before.contacts) {
          const now = start.contacts.find((contact) => contact.id === old.id)!;
          expect(ladder.indexOf(now.status)).toBeGreaterThanOrEqual(ladder.indexOf(old.status));
        }
        for (const [email, status] of before.suppressions) {
          const now = start.contacts.find((contact) => contact.email === email)?.status ?? "complained";
          expect(ladder.indexOf(now)).toBeGreaterThanOrEqual(ladder.indexOf(status));
        }
        expect(start.suppressions.size).toBeGreaterThanOrEqual(before.suppressions.size);
      }),
      { numRuns: 200 },
    );
  });
});
