import fc from "fast-check";
import { expect, test } from "vitest";
import type { Contact } from "./contact.ts";
import { admitted, type CoverageCount, CoverageDeltas, coverageLimit, localeCoverage } from "./coverage.ts";

const text = fc.constantFrom(null, "x", "");
const anyContact: fc.Arbitrary<Contact> = fc.record({
  id: fc.constant("1"),
  email: fc.constant("a@x.io"),
  ...{
    externalId: text,
    name: text,
    firstName: text,
    lastName: text,
    phone: text,
    consent: text,
    source: text,
  },
  locale: fc.constantFrom(null, "en", "de", ""),
  tags: fc.constantFrom([], ["t"]),
  attributes: fc.dictionary(
    fc.constantFrom("plan", "age", "n"),
    fc.constantFrom(1, "x", true, ["a"], { deep: 1 }),
    { maxKeys: 3 },
  ),
  status: fc.constantFrom("active", "unsubscribed", "bounced"),
  version: fc.constant(1),
  createdJob: fc.constant(null),
});

const countOf = (contacts: Iterable<Contact>) => {
  const all = new CoverageDeltas();
  for (const contact of contacts) all.created(contact);
  return sorted(all.counts());
};
const sorted = (counts: readonly CoverageCount[]) =>
  counts.map(({ kind, key, type, n }) => `${kind} ${key} ${type}: ${n}`).sort();

test("over any sequence of writes, in transactions of any size, the sums equal a count from scratch", () => {
  const anyWrite = fc.tuple(fc.nat(5), fc.option(anyContact, { freq: 3 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 40 }), (writes) => {
      const there = new Map<number, Contact>();
      const sums = new Map<string, CoverageCount>();
      let transaction = new CoverageDeltas();
      const commit = () => {
        for (const count of transaction.counts()) {
          expect(count.n).not.toBe(0);
          const name = `${count.kind} ${count.key} ${count.type}`;
          const n = (sums.get(name)?.n ?? 0) + count.n;
          expect(n).toBeGreaterThanOrEqual(0);
          sums.set(name, { ...count, n });
        }
        transaction = new CoverageDeltas();
      };
      for (const [who, after, ends] of writes) {
        const before = there.get(who);
        if (after === null) {
          if (before !== undefined) transaction.deleted(before);
          there.delete(who);
        } else {
          if (before === undefined) transaction.created(after);
          else transaction.changed(before, after);
          there.set(who, after);
        }
        if (ends) commit();
      }
      commit();
      expect(sorted([...sums.values()].filter(({ n }) => n !== 0))).toEqual(countOf(there.values()));
    }),
  );
});

test("what a write leaves as it was changes no number", () => {
  fc.assert(
    fc.property(anyContact, (contact) => {
      const deltas = new CoverageDeltas();
      deltas.changed(contact, { ...contact, version: 2, attributes: { ...contact.attributes } });
      expect(deltas.counts()).toEqual([]);
    }),
  );
});

test("the most frequent names join while there is room; with one left out it is incomplete", () => {
  const count = (key: string, n: number): CoverageCount => ({ kind: "attribute", key, type: "string", n });
  const locale: CoverageCount = { kind: "locale", key: "de", type: "active", n: 1 };
  const some = [count("a", 1), count("b", 5), locale, count("c", 2)];
  const room = (kind: string) => (kind === "attribute" ? 2 : 9);
  expect(admitted(some, room)).toEqual({ joining: [count("b", 5), count("c", 2), locale], complete: false });
  expect(admitted(some, () => coverageLimit).complete).toBe(true);
  expect(admitted(some, () => -1)).toEqual({ joining: [], complete: false });
});

test("locales come with who may be mailed, the most frequent first, those without one among them", () => {
  const counts: CoverageCount[] = [
    { kind: "locale", key: "de", type: "active", n: 2 },
    { kind: "no_locale", key: "", type: "other", n: 7 },
    { kind: "locale", key: "de", type: "other", n: 1 },
    { kind: "locale", key: "en", type: "active", n: 3 },
    { kind: "field", key: "locale", type: "", n: 6 },
  ];
  expect(localeCoverage(counts)).toEqual([
    { locale: null, count: 7, optedIn: 0 },
    { locale: "de", count: 3, optedIn: 2 },
    { locale: "en", count: 3, optedIn: 3 },
  ]);
});
