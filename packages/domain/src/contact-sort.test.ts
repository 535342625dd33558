import fc from "fast-check";
import { expect, test } from "vitest";
import { ContactSort, listCursor, readListCursor, sortOrder } from "./contact-sort.ts";
import { encodeCursor } from "./page.ts";
import { isStorable } from "./text.ts";

const sort = fc.constantFrom(...ContactSort.options);
const last = fc.record({ id: fc.uuid(), email: fc.string().filter(isStorable) });

test("a cursor leads back to its contact in its own order, and is refused in any other", () => {
  const property = fc.property(last, sort, sort, (contact, made, read) => {
    const cursor = listCursor(contact, made);
    if (made === read) expect(readListCursor(cursor, read)).toBe(contact[sortOrder[made].key]);
    else expect(() => readListCursor(cursor, read)).toThrow("cursor");
  });
  fc.assert(property);
});

test.each([
  ["email", ["email", "a\0"]],
  ["createdAt", ["createdAt", "ann@example.com"]],
  ["email", ["email", 5]],
  ["email", ["email"]],
] as const)("a key that the order %s cannot have is refused: %j", (order, fields) => {
  expect(() => readListCursor(encodeCursor([...fields]), order)).toThrow("cursor");
});
