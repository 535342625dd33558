import fc from "fast-check";
import { expect, test } from "vitest";
import { capitalsOf, foldedText } from "./folded-text.ts";

const anyText = fc.string({ unit: "binary" });

test("folding twice changes nothing more, and keeps the number of characters", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const folded = foldedText(text);
      expect(foldedText(folded)).toBe(folded);
      expect([...folded]).toHaveLength([...text].length);
    }),
  );
});

/** Every character that is one, from one to another. */
function* characters(from: number, to: number): Generator<string> {
  for (let point = from; point <= to; point++) {
    if (point < 0xd800 || point >= 0xe000) yield String.fromCodePoint(point);
  }
}

test("whatever folds into a character is among its capitals, and nothing else is", () => {
  const wrong = [...characters(0x80, 0x1ffff)].filter((character) => {
    const folded = foldedText(character);
    const isMissing = folded !== character && !capitalsOf(folded).includes(character);
    return isMissing || [...capitalsOf(character)].some((capital) => foldedText(capital) !== character);
  });
  expect(wrong).toEqual([]);
});

test("no character behind those that are looked through has another case, in the Unicode that this runtime knows", () => {
  const cased = [...characters(0x1e944, 0x10ffff)].filter(
    (character) => character.toLowerCase() !== character,
  );
  expect(cased).toEqual([]);
});

test("nothing outside ASCII becomes ASCII", () => {
  expect(foldedText("\u212aİ")).toBe("\u212aİ");
});
