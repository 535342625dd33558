import fc from "fast-check";
import { expect, test } from "vitest";
import type { Contact, ContactInput } from "../contacts/contact.ts";
import { ContactBook } from "../contacts/contact-book.ts";
import type { Status } from "../contacts/status.ts";
import { applyUpsert, noEffects, type UpsertContext } from "../contacts/upsert.ts";
import { bulkWrite, type WritePolicy } from "../contacts/write-policy.ts";
import { readDefaults } from "./import-default.ts";
import { RowMarks } from "./row-mark.ts";

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const status = fc.constantFrom<(Status | boolean)[]>(
  "active",
  "unsubscribed",
  "bounced",
  "complained",
  true,
  false,
);
const row = fc
  .record({
    email: fc.constantFrom("a@x.co", "b@x.co", "c@x.co"),
    externalId: maybe(fc.constantFrom("1", "2", null)),
    firstName: maybe(fc.constantFrom("Ana", "Bo", null)),
    source: maybe(fc.constantFrom("form", null)),
    consent: maybe(fc.constantFrom("v1", null)),
    tags: maybe(fc.constantFrom(["vip"], ["vip", "new"], ["old", "vip"], [], null)),
    attributes: maybe(fc.constantFrom({ plan: "pro" }, { plan: null, seats: 3 }, { deep: { a: [1] } }, null)),
    status: maybe(status),
  })
  .map((given) => {
    const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return input as unknown as ContactInput;
  });
const policy = fc
  .record({
    onExisting: fc.constantFrom("merge" as const, "overwrite" as const),
    resubscribe: fc.constantFrom(null, { consent: "they signed again" }),
    defaults: fc.constantFrom<Record<string, string>[]>(
      {},
      { firstName: "you", plan: "free" },
      { status: "active" },
    ),
  })
  .map(({ defaults, ...rest }): WritePolicy => {
    const read = readDefaults(defaults);
    if (!read.ok) throw new Error(read.issue.message);
    return { ...bulkWrite, ...rest, defaults: read.defaults };
  });

test("a row that left a contact as it says, and was not kept back, has nothing left to do the second time", () => {
  let again = 0;
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 6 }),
      row,
      policy,
      fc.dictionary(
        fc.constantFrom("a@x.co", "b@x.co", "c@x.co"),
        fc.constantFrom<Status[]>("unsubscribed", "bounced", "complained"),
      ),
      (earlier, input, policy, suppressed) => {
        let contacts: Contact[] = [];
        let ids = 0;
        const suppressions = new Map(Object.entries(suppressed));
        const apply = (input: ContactInput) => {
          const book = new ContactBook(contacts);
          const newId = () => `${++ids}`;
          const context: UpsertContext = { policy, book, newId, suppressions, jobId: "job", source: null };
          const effects = noEffects();
          const outcome = applyUpsert(input, context, effects);
          const { created, updated } = book.changes();
          const after = new Map(updated.map((change) => [change.after.id, change.after]));
          contacts = [...contacts.map((contact) => after.get(contact.id) ?? contact), ...created];
          return { outcome, effects };
        };
        for (const one of earlier) apply(one);
        const first = apply(input).outcome;
        if (first.kind === "failed" || first.kept !== null) return;
        again++;
        const second = apply(input);
        expect(second.outcome).toEqual({ kind: "unchanged", contactId: first.contactId, kept: null });
        expect(second.effects).toEqual(noEffects());
      },
    ),
    { numRuns: 2000 },
  );
  expect(again).toBeGreaterThan(500);
});

test("other cells, other borders between them and other circumstances give other marks", () => {
  const marks = new RowMarks({ columns: ["email"] });
  const others = new RowMarks({ columns: ["phone"] });
  const rows = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["ab", "C"], []];
  const all = [...rows.map((cells) => marks.of(cells)), ...rows.map((cells) => others.of(cells))];
  expect(new Set(all).size).toBe(all.length);
  for (const mark of all) expect(Number.isSafeInteger(mark) && mark >= 0).toBe(true);
  expect(new RowMarks({ columns: ["email"] }).of(["ab", "c"])).toBe(marks.of(["ab", "c"]));
});
