import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributeLimits, jsonEquals } from "../contacts/attributes.ts";
import { type Contact, textFields } from "../contacts/contact.ts";
import { isStricter, Status, strictest } from "../contacts/status.ts";
import { tagLimit } from "../contacts/tag.ts";
import { contactOfMerge, type MergeOutcome } from "./contact-merge.ts";
import { statusOnReturn, unmergeContact } from "./contact-unmerge.ts";

const ann: Contact = {
  id: "1",
  email: "ann@example.com",
  externalId: null,
  name: null,
  firstName: "Ann",
  lastName: null,
  phone: null,
  locale: null,
  tags: ["a", "b"],
  attributes: { plan: "pro" },
  status: "active",
  consent: null,
  source: "form",
  version: 4,
  createdJob: "job-1",
};
const anna: Contact = {
  ...ann,
  ...{ id: "2", email: "anna@example.com", firstName: "Anna", lastName: "Lee", tags: ["b", "c"], version: 9 },
  ...{ attributes: { plan: "free", seats: 3 }, externalId: "x2", source: "shop", createdJob: null },
};
const third: Contact = { ...anna, id: "3", externalId: null, lastName: "Li", phone: "7", tags: ["c", "d"] };

const text = fc.constantFrom(null, "x", "y", "z");
const contact: fc.Arbitrary<Contact> = fc.record({
  id: fc.uuid(),
  email: fc.emailAddress(),
  externalId: fc.constant(null),
  ...{ name: text, firstName: text, lastName: text, phone: text, locale: text, consent: text, source: text },
  tags: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }),
  attributes: fc.dictionary(fc.constantFrom("k", "l", "__x", "toString"), fc.constantFrom(1, "1", true, [1])),
  status: fc.constantFrom(...Status.options),
  version: fc.integer({ min: 1, max: 9 }),
  createdJob: text,
});
const several = fc.tuple(contact, fc.array(contact, { maxLength: 5 }));

function merged(outcome: MergeOutcome): Contact {
  if (!outcome.ok) throw new Error(outcome.conflict.why);
  return outcome.contact;
}

test("the kept one's values win, then those of the others in their order; tags and attributes are put together", () => {
  expect(contactOfMerge(ann, [anna, third])).toEqual({
    ok: true,
    contact: {
      ...ann,
      ...{ lastName: "Lee", phone: "7", externalId: "x2", version: 5 },
      ...{ tags: ["a", "b", "c", "d"], attributes: { plan: "pro", seats: 3 } },
    },
    statusChange: null,
  });
});

test("a stricter status is taken over, and the history is told", () => {
  const outcome = contactOfMerge(ann, [{ ...third, status: "bounced" }, anna]);
  expect(outcome).toMatchObject({
    contact: { status: "bounced" },
    statusChange: { contactId: "1", from: "active", to: "bounced", reason: "merged" },
  });
});

describe("what cannot be one contact is refused by name", () => {
  test.each([
    [{ ...ann, externalId: "x1" }, [anna], "externalId", ["1", "2"], /x1, another x2/],
    [ann, [anna, { ...third, externalId: "x3" }], "externalId", ["2", "3"], /x2, another x3/],
    [
      ann,
      [{ ...anna, tags: Array.from({ length: tagLimit - 1 }, (_, i) => `t${i}`) }],
      ...["tags", [], /51 tags/],
    ],
    [
      ann,
      [
        {
          ...anna,
          attributes: Object.fromEntries(
            Array.from({ length: attributeLimits.keys }, (_, i) => [`k${i}`, i]),
          ),
        },
      ],
      ...["attributes", [], /101 attributes/],
    ],
  ] as [Contact, Contact[], string, string[], RegExp][])("%#", (kept, others, field, contactIds, why) => {
    const outcome = contactOfMerge(kept, others);
    expect(outcome).toMatchObject({ ok: false, conflict: { field, contactIds } });
    expect(!outcome.ok && outcome.conflict.why).toMatch(why);
  });
});

test("the outcome is as strict as the strictest of them", () => {
  fc.assert(
    fc.property(several, ([kept, others]) => {
      const { status } = merged(contactOfMerge(kept, others));
      expect(status).toBe(others.map((other) => other.status).reduce(strictest, kept.status));
    }),
  );
});

test("nothing that the kept one has is lost, and nothing comes from nowhere", () => {
  fc.assert(
    fc.property(several, ([kept, others]) => {
      const now = merged(contactOfMerge(kept, others));
      expect(now).toMatchObject({ id: kept.id, email: kept.email, createdJob: kept.createdJob });
      for (const field of textFields) {
        const given = [kept, ...others].map((each) => each[field]).find((value) => value !== null);
        expect(now[field]).toBe(given ?? null);
      }
      expect(new Set(now.tags)).toEqual(new Set([kept, ...others].flatMap(({ tags }) => tags)));
      expect(now.tags.slice(0, kept.tags.length)).toEqual(kept.tags);
      for (const [key, value] of Object.entries(now.attributes)) {
        const holder = [kept, ...others].find(({ attributes }) => Object.hasOwn(attributes, key))!;
        expect(value).toEqual(holder.attributes[key]);
      }
      for (const { attributes } of [kept, ...others]) {
        for (const key of Object.keys(attributes)) expect(Object.hasOwn(now.attributes, key)).toBe(true);
      }
    }),
  );
});

test("a second time nothing is left to take over", () => {
  fc.assert(
    fc.property(several, ([kept, others]) => {
      const once = merged(contactOfMerge(kept, others));
      expect(merged(contactOfMerge(once, others))).toBe(once);
    }),
  );
});

test("all at once or one after the other: the same contact", () => {
  fc.assert(
    fc.property(several, ([kept, others]) => {
      const { version: _at, ...atOnce } = merged(contactOfMerge(kept, others));
      const { version: _by, ...byOne } = others.reduce(
        (sum, other) => merged(contactOfMerge(sum, [other])),
        kept,
      );
      expect(byOne).toEqual(atOnce);
    }),
  );
});

describe("the undo", () => {
  test("takes everything back but a status that became stricter", () => {
    fc.assert(
      fc.property(several, ([before, others]) => {
        const after = merged(contactOfMerge(before, others));
        const { contact: now, rest } = unmergeContact(after, before, after);
        const changed = now !== after;
        expect(now).toEqual({
          ...before,
          status: after.status,
          version: changed ? after.version + 1 : after.version,
        });
        expect(rest.map(({ field }) => field)).toEqual(after.status === before.status ? [] : ["status"]);
      }),
    );
  });

  test("leaves what somebody changed since, and says so", () => {
    const after = merged(contactOfMerge(ann, [anna, third]));
    const now: Contact = {
      ...after,
      ...{ lastName: "Low", firstName: "Annie", tags: ["b", "c", "new"], version: 8 },
      attributes: { plan: "max", seats: 4 },
    };
    const { contact, rest } = unmergeContact(now, ann, after);
    expect(contact).toEqual({
      ...now,
      ...{ phone: null, externalId: null, tags: ["b", "new"], version: 9 },
    });
    expect(rest).toEqual([
      { field: "lastName", code: "changed_since", message: expect.any(String) },
      { field: "attributes.seats", code: "changed_since", message: expect.any(String) },
    ]);
  });

  test("never changes what the merge did not give", () => {
    fc.assert(
      fc.property(several, contact, ([before, others], edit) => {
        const after = merged(contactOfMerge(before, others));
        const now = { ...after, ...edit, id: after.id };
        const { contact: undone } = unmergeContact(now, before, after);
        expect(undone.status).toBe(now.status);
        for (const field of textFields) {
          if (before[field] === after[field]) expect(undone[field]).toBe(now[field]);
        }
        for (const [key, value] of Object.entries(before.attributes)) {
          if (jsonEquals(now.attributes[key] ?? null, value)) expect(undone.attributes[key]).toEqual(value);
        }
      }),
    );
  });

  test("brings nobody back looser than they were, than the list says, or than they left since", () => {
    const status = fc.constantFrom(...Status.options);
    fc.assert(
      fc.property(status, fc.option(status), fc.option(status), (own, suppressed, movedSince) => {
        const back = statusOnReturn(own, suppressed, movedSince);
        expect(isStricter(own, back)).toBe(false);
        if (suppressed !== null) expect(isStricter(suppressed, back)).toBe(false);
        if (movedSince !== null) expect(isStricter(movedSince, back)).toBe(false);
        if (movedSince === null && suppressed === null) expect(back).toBe(own);
      }),
    );
  });
});
