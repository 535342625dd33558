import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyBatches } from "../../test/colliding-rows.ts";
import type { Attributes } from "./attributes.ts";
import { type Contact, type ContactInput, textFields } from "./contact.ts";
import { mergeProfile, newProfile } from "./merge.ts";
import { bulkWrite, singleWrite, type WritePolicy } from "./write-policy.ts";

const ann: Contact = {
  id: "1",
  email: "ann@example.com",
  externalId: "x1",
  name: "Ann",
  firstName: "Ann",
  lastName: null,
  phone: "1",
  locale: "en",
  tags: ["a", "b"],
  attributes: { plan: "pro", seats: 3, address: { city: "Bern", zip: "3000" } },
  status: "active",
  consent: "v1",
  source: "form",
  version: 4,
  createdJob: null,
};
const replacing: WritePolicy = { ...singleWrite, tags: "replace" };
const overwriting: WritePolicy = { ...bulkWrite, onExisting: "overwrite" };

test("an absent field keeps its value: an empty write gives the very same contact", () => {
  for (const policy of [singleWrite, bulkWrite, replacing, overwriting]) {
    expect(mergeProfile(ann, {}, policy)).toBe(ann);
  }
});

test("what is given is set, and everything else kept", () => {
  const input: ContactInput = { email: "ann@example.org", lastName: "Lee", phone: "2" };
  expect(mergeProfile(ann, input, bulkWrite)).toEqual({ ...ann, ...input });
});

test.each(textFields)("null clears %s", (field) => {
  expect(mergeProfile({ ...ann, [field]: "old" }, { [field]: null }, bulkWrite)[field]).toBeNull();
});

test("null clears all tags and all attributes", () => {
  const cleared = mergeProfile(ann, { tags: null, attributes: null }, bulkWrite);
  expect(cleared).toEqual({ ...ann, tags: [], attributes: {} });
  expect(mergeProfile(cleared, { tags: null, attributes: null }, bulkWrite)).toBe(cleared);
});

describe("tags", () => {
  test("are added behind the ones that are there, without repeats and blanks", () => {
    expect(mergeProfile(ann, { tags: ["c", " b ", "c", "", "d"] }, bulkWrite).tags).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  test("that are all there already change nothing", () => {
    expect(mergeProfile(ann, { tags: ["b", "a"] }, bulkWrite)).toBe(ann);
    expect(mergeProfile(ann, { tags: [] }, bulkWrite)).toBe(ann);
  });

  test.each([
    ["replace", replacing],
    ["overwrite", overwriting],
  ])("%s the set, in the order given, trimmed and without repeats", (_, policy) => {
    expect(mergeProfile(ann, { tags: ["c", " c", "a", ""] }, policy).tags).toEqual(["c", "a"]);
    expect(mergeProfile(ann, { tags: ["a", "b", "a "] }, policy)).toBe(ann);
    expect(mergeProfile(ann, { tags: ["b", "a"] }, policy).tags).toEqual(["b", "a"]);
    expect(mergeProfile(ann, { tags: [] }, policy).tags).toEqual([]);
  });
});

describe("attributes", () => {
  test("merge by key: absent is kept, null deletes, objects are replaced whole", () => {
    const merged = mergeProfile(
      ann,
      { attributes: { seats: null, address: { city: "Basel" }, new: [1] } },
      bulkWrite,
    );
    expect(merged.attributes).toEqual({ plan: "pro", address: { city: "Basel" }, new: [1] });
  });

  test("with the same values, in whatever order, change nothing", () => {
    const same = { address: { zip: "3000", city: "Bern" }, gone: null, plan: "pro" };
    expect(mergeProfile(ann, { attributes: same }, bulkWrite)).toBe(ann);
    expect(mergeProfile(ann, { attributes: {} }, bulkWrite)).toBe(ann);
  });

  test("are replaced as a whole when a file overwrites", () => {
    expect(mergeProfile(ann, { attributes: { plan: "pro", seats: null } }, overwriting).attributes).toEqual({
      plan: "pro",
    });
    const same = { seats: 3, address: { zip: "3000", city: "Bern" }, plan: "pro" };
    expect(mergeProfile(ann, { attributes: same }, overwriting)).toBe(ann);
  });
});

const text = fc.option(fc.constantFrom("", "x", "y"), { nil: null });
const attributes = fc.dictionary(
  fc.constantFrom("plan", "seats", "toString"),
  fc.constantFrom(null, "pro", 3, { x: 1 }, { x: 2 }),
) as fc.Arbitrary<Attributes>;
const anyInput: fc.Arbitrary<ContactInput> = fc.record(
  {
    email: fc.constantFrom("ann@example.com", "bob@example.com"),
    ...(Object.fromEntries(textFields.map((field) => [field, text])) as Record<
      (typeof textFields)[number],
      typeof text
    >),
    tags: fc.option(fc.array(fc.constantFrom("a", "b", "c", " c", "")), { nil: null }),
    attributes: fc.option(attributes, { nil: null }),
    status: fc.constantFrom("active" as const, "bounced" as const, true, false),
  },
  { requiredKeys: [] },
);
const anyPolicy = fc.constantFrom(singleWrite, bulkWrite, replacing, overwriting);

test("merging is idempotent: the second time gives the very same object", () => {
  fc.assert(
    fc.property(anyInput, anyInput, anyPolicy, (first, input, policy) => {
      const contact = mergeProfile(ann, first, policy);
      const once = mergeProfile(contact, input, policy);
      expect(mergeProfile(once, input, policy)).toBe(once);
    }),
  );
});

test("merging touches neither the contact nor the input, nor id, status, version and birth of the contact", () => {
  fc.assert(
    fc.property(anyInput, anyPolicy, (input, policy) => {
      const before = JSON.stringify([ann, input]);
      const { id, status, version, createdJob } = mergeProfile(ann, input, policy);
      expect(JSON.stringify([ann, input])).toBe(before);
      expect({ id, status, version, createdJob }).toEqual({
        id: "1",
        status: "active",
        version: 4,
        createdJob: null,
      });
    }),
  );
});

test("another object means another value, so that an unchanged contact is not written", () => {
  fc.assert(
    fc.property(anyInput, anyPolicy, (input, policy) => {
      const merged = mergeProfile(ann, input, policy);
      if (merged !== ann) expect(merged).not.toEqual(ann);
    }),
  );
});

test("the profile of a new contact is what merging gives with a contact that has nothing yet", () => {
  const nothing: Contact = {
    ...ann,
    ...{ externalId: null, name: null, firstName: null, phone: null, locale: null },
    ...{ tags: [], attributes: {}, consent: null, source: "import" },
  };
  fc.assert(
    fc.property(
      anyBatches,
      fc.constantFrom(singleWrite, bulkWrite, replacing, overwriting),
      (batches, policy) => {
        for (const { email, ...input } of batches.flat()) {
          const { externalId, name, firstName, lastName, phone, locale, tags, attributes, consent, source } =
            mergeProfile(nothing, input, policy);
          const merged = {
            externalId,
            name,
            firstName,
            lastName,
            phone,
            locale,
            tags,
            attributes,
            consent,
            source,
          };
          expect(newProfile(input, "import")).toEqual(merged);
        }
      },
    ),
    { numRuns: 300 },
  );
});
