import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "./base64url.ts";

const ascii = fc.string({ unit: "binary-ascii", maxLength: 200 });

test("ASCII survives the way there and back, and reads as any other base64url", () => {
  fc.assert(
    fc.property(ascii, (text) => {
      const encoded = toBase64url(text);
      expect(encoded).toBe(Buffer.from(text).toString("base64url"));
      expect(fromBase64url(encoded)).toBe(text);
    }),
  );
});

test("a text that is read is the only one that gives this ASCII", () => {
  const almost = fc.string({ unit: fc.constantFrom(..."ABab01-_=+/ "), maxLength: 12 });
  fc.assert(
    fc.property(almost, (text) => {
      const read = fromBase64url(text);
      if (read !== null) expect(toBase64url(read)).toBe(text);
    }),
  );
});

test("what is not ASCII is refused", () => {
  expect(() => toBase64url("ü")).toThrow(RangeError);
  expect(fromBase64url(Buffer.from("ü").toString("base64url"))).toBeNull();
});
