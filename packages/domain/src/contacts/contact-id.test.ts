import fc from "fast-check";
import { expect, test } from "vitest";
import { isUuid, UuidSource, uuidv7, uuidv7Batch } from "./contact-id.ts";

const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 16 });

test("an id is a UUID of version 7 and variant 10 with the time in front", () => {
  fc.assert(
    fc.property(times, random, (now, bytes) => {
      const id = uuidv7(now, bytes);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(now);
    }),
  );
});

test("ids of one batch are distinct and sort in the order in which they were made", () => {
  fc.assert(
    fc.property(times, random, fc.integer({ min: 0, max: 300 }), (now, bytes, count) => {
      const ids = uuidv7Batch(now, bytes, count);
      expect(ids).toHaveLength(count);
      expect([...ids].sort()).toEqual(ids);
      expect(new Set(ids).size).toBe(count);
    }),
  );
});

test("the highest random start counts on without running over", () => {
  const source = new UuidSource(0, new Uint8Array(10).fill(0xff));
  expect([source.next(), source.next()]).toEqual([
    "00000000-0000-7fff-bfff-7fffffffffff",
    "00000000-0000-7fff-bfff-800000000000",
  ]);
});

test("ids of a later source sort behind those of an earlier one", () => {
  fc.assert(
    fc.property(times, times, random, random, (a, b, first, second) => {
      fc.pre(a < b);
      expect(uuidv7Batch(a, first, 3).at(-1)! < uuidv7(b, second)).toBe(true);
    }),
  );
});

test("other random bytes make another id in the same millisecond", () => {
  const zero = new Uint8Array(10);
  for (let i = 0; i < 10; i++) expect(uuidv7(5, zero.with(i, 1))).not.toBe(uuidv7(5, zero));
});

test.each([-1, 0.5, 2 ** 48, Number.NaN])("the time %d is refused", (now) => {
  expect(() => uuidv7(now, new Uint8Array(10))).toThrow(RangeError);
});

test("fewer than ten random bytes are refused", () => {
  expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError);
});

test.each([
  ["01890a5d-ac96-774b-bcce-b302099a8057", true],
  ["01890A5D-AC96-774B-BCCE-B302099A8057", true],
  ["01890a5dac96774bbcceb302099a8057", false],
  ["{01890a5d-ac96-774b-bcce-b302099a8057}", false],
  ["01890a5d-ac96-774b-bcce-b302099a8057\n", false],
  ["con_01H451BB4P9X5VSKKK0849N01Q", false],
  ["", false],
])("%j has the form of a UUID: %s", (text, expected) => {
  expect(isUuid(text)).toBe(expected);
});
