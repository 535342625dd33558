import { expect, test } from "vitest";
import { displayName, textFields, textLimits } from "./contact.ts";

test.each([
  ["Dr. Ann Lee", "Ann", "Lee", "Dr. Ann Lee"],
  [null, "Ann", "Lee", "Ann Lee"],
  [null, "Ann", null, "Ann"],
  [null, null, "Lee", "Lee"],
  [null, null, null, null],
  ["Dr. Ann Lee", null, null, "Dr. Ann Lee"],
])("name %j, first %j, last %j reads as %j", (name, firstName, lastName, shown) => {
  expect(displayName({ name, firstName, lastName })).toBe(shown);
});

test("the limits of the wire hold: externalId 128, consent and source 64 characters", () => {
  expect(textLimits).toMatchObject({ externalId: 128, consent: 64, source: 64 });
  expect(textFields).toEqual(Object.keys(textLimits));
});
