import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeCursor } from "../page.ts";
import { isStorable } from "../text/text.ts";
import { ContactSort, isScoreSort, listCursor, readListCursor, sortOrder } from "./contact-sort.ts";

const sort = fc.constantFrom(...ContactSort.options);
const last = fc.record({ id: fc.uuid(), email: fc.string().filter(isStorable), score: fc.nat(100) });

test("a cursor leads back to its contact in its own order, and is refused in any other", () => {
  const property = fc.property(last, sort, sort, (contact, made, read) => {
    const cursor = listCursor(contact, made);
    if (made === read)
      expect(readListCursor(cursor, read)).toEqual({
        key: contact[sortOrder[made].key],
        score: isScoreSort(made) ? contact.score : null,
      });
    else expect(() => readListCursor(cursor, read)).toThrow("cursor");
  });
  fc.assert(property);
});

test.each([
  ["email", ["email", "a\0"]],
  ["createdAt", ["createdAt", "ann@example.com"]],
  ["email", ["email", 5]],
  ["email", ["email"]],
  ["score", ["score", "019c1414-4e00-7a00-8000-000000000001"]],
  ["score", ["score", "019c1414-4e00-7a00-8000-000000000001", 101]],
] as const)("a key that the order %s cannot have is refused: %j", (order, fields) => {
  expect(() => readListCursor(encodeCursor([...fields]), order)).toThrow("cursor");
});
