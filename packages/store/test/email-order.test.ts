import fc from "fast-check";
import { expect, test } from "vitest";
import { sortedByEmail } from "../src/sql/email-order.ts";

const anyEmail = fc.oneof(
  fc.emailAddress(),
  fc.string({ unit: fc.constantFrom("a", "b", "@", ".", "0"), maxLength: 9 }),
  fc.string({ unit: "binary", maxLength: 8 }),
);

test("all writers sort emails alike, whatever else they write", () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyEmail, { maxLength: 60 }), fc.array(fc.nat()), (emails, cuts) => {
      const all = sortedByEmail(emails.map((email) => ({ email }))).map(({ email }) => email);
      expect(all.toSorted()).toEqual(emails.toSorted());
      const some = all.filter((_, i) => cuts.some((cut) => cut % (all.length + 1) === i));
      const again = sortedByEmail(some.toReversed().map((email) => ({ email })));
      expect(again.map(({ email }) => email)).toEqual(some);
    }),
  );
});

test("ASCII emails come in the order of the index", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: "grapheme-ascii", maxLength: 10 })), (emails) => {
      const sorted = sortedByEmail(emails.map((email) => ({ email }))).map(({ email }) => email);
      expect(sorted).toEqual(emails.toSorted());
    }),
  );
});
