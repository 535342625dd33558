import fc from "fast-check";
import { expect, test } from "vitest";
import { contactKey, SeenContacts } from "./dedupe.ts";

const id = (n: number) =>
  `01890a5d-ac96-7000-${(0x8000 + (n % 0x4000)).toString(16)}-${n.toString(16).padStart(12, "0")}`;

// Few values for each half, so that keys share one and collide in their places; 0 and 1 are the special ones.
const half = fc.oneof(fc.constantFrom(0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(2 ** 32 - 1));
const anyKey = fc.tuple(half, half).filter(([high, low]) => high !== 0 || low > 1);

test("agrees with a plain set on any keys", () => {
  fc.assert(
    fc.property(fc.array(anyKey), fc.array(anyKey), (added, asked) => {
      const seen = new SeenContacts();
      const plain = new Set<string>();
      for (const [high, low] of added) {
        expect(seen.hasKey(high, low)).toBe(plain.has(`${high} ${low}`));
        seen.addKey(high, low);
        plain.add(`${high} ${low}`);
      }
      for (const [high, low] of [...added, ...asked]) {
        expect(seen.hasKey(high, low)).toBe(plain.has(`${high} ${low}`));
      }
    }),
  );
});

test("knows each of 100,000 contacts, growing as it goes, and none that it was not told", () => {
  const seen = new SeenContacts();
  for (let n = 0; n < 100_000; n++) seen.add(id(n));
  let known = 0;
  for (let n = 0; n < 200_000; n++) if (seen.has(id(n))) known++;
  expect(known).toBe(100_000);
  expect([0, 99_999].every((n) => seen.has(id(n)))).toBe(true);
});

test("the key 0, 0, which marks an empty place, can be kept too", () => {
  const seen = new SeenContacts();
  expect(seen.hasKey(0, 0)).toBe(false);
  seen.addKey(0, 0);
  expect(seen.hasKey(0, 0)).toBe(true);
});

test("a contact is known by its id and by the key of that id alike", () => {
  const seen = new SeenContacts();
  const { high, low } = contactKey(id(7));
  seen.addKey(high, low);
  expect(seen.has(id(7))).toBe(true);
  expect(contactKey("01890a5d-ac96-7def-89ab-cdef01234567")).toEqual({ high: 0x89abcdef, low: 0x01234567 });
});

test("forgets only the far past: the latest window of contacts is known, never more than two windows", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(40), { maxLength: 100 }),
      (window, numbers) => {
        const seen = new SeenContacts(window);
        const added: number[] = [];
        for (const n of numbers) {
          seen.add(id(n));
          added.push(n);
          const latest = new Set(added.toReversed());
          for (const one of [...latest].slice(0, window)) expect(seen.has(id(one))).toBe(true);
          const known = Array.from({ length: 41 }, (_, one) => one).filter((one) => seen.has(id(one)));
          expect(known.length).toBeLessThanOrEqual(2 * window);
          expect(known.every((one) => latest.has(one))).toBe(true);
        }
      },
    ),
  );
});
