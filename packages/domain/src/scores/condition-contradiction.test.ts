import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meets, type Tests } from "../condition-test.ts";
import { neverMet } from "./condition-contradiction.ts";

const word = fc.constantFrom("", "a", "b", "ab", "5", "5.0", "6", "true", "2026-01-01", "2026-06-01");
const operand = fc.oneof(word, fc.constantFrom(5, 6, 7.5), fc.boolean());
const text = word.filter((text) => text !== "");
const time = fc.constantFrom("2026-01-01", "2026-03-01T00:00:00Z", "2026-06-01");
const listed = {
  in: fc.array(operand, { minLength: 1, maxLength: 3 }),
  not_in: fc.array(operand, { minLength: 1, maxLength: 3 }),
  contains: text,
  not_contains: text,
  is_empty: fc.constant(true as const),
  is_not_empty: fc.constant(true as const),
};
const single = {
  ...listed,
  equals: operand,
  not_equals: operand,
  starts_with: text,
  ends_with: text,
  greater_than: fc.constantFrom(4, 5, 6),
  less_than: fc.constantFrom(5, 6, 7),
  before: time,
  after: time,
};
/** Few tests at a time: of many, hardly any value meets all. */
const someOf = <T>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .shuffledSubarray(Object.keys(all) as (keyof T)[], { minLength: 1, maxLength: 3 })
    .chain((keys) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, all[key]]))),
    ) as fc.Arbitrary<Tests>;
const value = fc.oneof(operand, fc.constant(null), fc.array(operand, { maxLength: 3 }));

describe("neverMet", () => {
  it.each<[Tests, "equals" | "contains"]>([
    [{ equals: "pro", in: ["free", "team"] }, "equals"],
    [{ equals: "pro", not_equals: "pro" }, "equals"],
    [{ in: ["a", "b"], not_in: ["b", "a"] }, "equals"],
    [{ equals: 5, greater_than: 9 }, "equals"],
    [{ greater_than: 9, less_than: 9 }, "equals"],
    [{ after: "2026-02-01", before: "2026-01-31" }, "equals"],
    [{ greater_than: 9, before: "2026-01-31" }, "equals"],
    [{ is_empty: true, is_not_empty: true }, "equals"],
    [{ is_empty: true, contains: "a" }, "equals"],
    [{ equals: "pro", starts_with: "f" }, "equals"],
    [{ contains: "vip", not_contains: "vip" }, "contains"],
    [{ contains: "vip", not_in: ["vip", "old"] }, "contains"],
    [{ in: ["a"], not_in: ["a"] }, "contains"],
  ])("tells that nothing meets %j", (tests, alone) => {
    expect(neverMet(tests, alone)).not.toBeNull();
  });

  it("of one value, or of any: what is called impossible, nothing meets", () => {
    fc.assert(
      fc.property(someOf(single), value, (tests, value) => {
        if (meets(value, tests)) expect(neverMet(tests, "equals")).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });

  it("of a list of texts: what is called impossible, nothing meets", () => {
    fc.assert(
      fc.property(someOf(listed), fc.array(word, { maxLength: 3 }), (tests, tags) => {
        if (meets(tags, tests)) expect(neverMet(tests, "contains")).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });
});
