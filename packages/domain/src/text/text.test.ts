import fc from "fast-check";
import { expect, test } from "vitest";
import { isStorable, octets, storableText } from "./text.ts";

test("octets counts what an encoder would write, for any text", () => {
  const encoder = new TextEncoder();
  const anyUnits = fc
    .array(fc.integer({ min: 0, max: 0xffff }))
    .map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), anyUnits), (text) => {
      expect(octets(text)).toBe(encoder.encode(text).length);
    }),
  );
});

test("NUL and lone surrogates are not storable, everything else is", () => {
  expect(isStorable("plain, Ünïcode and 🙂")).toBe(true);
  expect(isStorable("a\0b")).toBe(false);
  expect(isStorable("\ud83d")).toBe(false);
  expect(isStorable("\ude42\ud83d")).toBe(false);
});

test("a text that is cut and mended is storable, also where the cut goes through a character", () => {
  expect(storableText("plain", 10)).toBe("plain");
  expect(storableText("a\0b\ud83d", 10)).toBe("a\ufffdb\ufffd");
  expect(storableText("ab🙂", 3)).toBe("ab\ufffd");
});
