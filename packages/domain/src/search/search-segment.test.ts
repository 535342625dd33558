import fc from "fast-check";
import { expect, test } from "vitest";
import { termSlots } from "./search-gram.ts";
import { buildShelves, positionsIn, shelfOf } from "./search-segment.ts";

/** UTF-8, which the domain itself has no means to write. */
const bytesOf = (text: string) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));

const text = fc.stringMatching(/^[abé@.]{0,12}$/);

function mayHold(
  contacts: readonly (readonly string[])[],
  term: string,
  where: "inside" | "begins",
): number[] {
  const shelves = buildShelves(
    bytesOf(contacts.map((texts) => texts.join("\t")).join("\n")),
    contacts.length,
  );
  const slots = termSlots(bytesOf(term), where);
  return positionsIn(slots.map((slot) => ({ slot, shelf: shelves.get(shelfOf(slot)) })));
}

test("whoever holds a term is found", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 300 }),
      fc.stringMatching(/^[abé@.]{3,8}$/),
      (contacts, term) => {
        const found = new Set(mayHold(contacts, term, "inside"));
        for (const [position, texts] of contacts.entries()) {
          if (texts.some((t) => t.includes(term))) expect(found).toContain(position);
        }
      },
    ),
  );
});

test("whoever has a text that begins with a term of two or more bytes is found", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 300 }),
      fc.stringMatching(/^[ab@.]{2,5}$/),
      (contacts, term) => {
        const found = new Set(mayHold(contacts, term, "begins"));
        for (const [position, texts] of contacts.entries()) {
          if (texts.some((t) => t.startsWith(term))) expect(found).toContain(position);
        }
      },
    ),
  );
});

test("few are found who do not hold the term", () => {
  const contacts = Array.from({ length: 20_000 }, (_, i) => [`person${i}@example.com`]);
  expect(mayHold(contacts, "person12345@", "inside").length).toBeLessThan(50);
  expect(mayHold(contacts, "nobody-like-this", "inside")).toEqual([]);
  expect(mayHold(contacts, "example", "begins")).toEqual([]);
});

test("a term that every contact holds finds each of them once, in order", () => {
  const contacts = Array.from({ length: 1000 }, (_, i) => [`${i}@example.com`, `example ${i}`]);
  expect(mayHold(contacts, "example", "inside")).toEqual(contacts.map((_, i) => i));
});

test("a term of fewer than three bytes has no grams", () => {
  expect(termSlots(bytesOf("ab"), "inside")).toEqual([]);
  expect(termSlots(bytesOf("a"), "begins")).toEqual([]);
  expect(termSlots(bytesOf("ab"), "begins")).toHaveLength(1);
});
