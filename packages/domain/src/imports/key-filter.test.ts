import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyFilter } from "./key-filter.ts";

test("no key that was added is ever unknown, however full the filter is", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 5000, size: "max" }), (keys) => {
      const filter = new KeyFilter(1024);
      for (const key of keys) filter.add(key);
      for (const key of keys) expect(filter.mayHave(key)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("with 20 bits a key at most one of 500 strangers is taken for known", () => {
  const keys = 100_000;
  const filter = new KeyFilter((keys * 20) / 8);
  for (let n = 0; n < keys; n++) filter.add(`somebody.${n}@example${n % 50}.com`);
  let taken = 0;
  for (let n = 0; n < keys; n++) if (filter.mayHave(`stranger.${n}@example${n % 50}.com`)) taken++;
  expect(taken / keys).toBeLessThan(1 / 500);
});
