import fc from "fast-check";
import { expect, test } from "vitest";
import { idempotencyKeyLimit, parseIdempotencyKey } from "./idempotency-key.ts";

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: idempotencyKeyLimit,
});

test("1 to 255 visible ASCII characters are a key, as they are", () => {
  fc.assert(
    fc.property(visible, (key) => {
      expect(parseIdempotencyKey(key)).toEqual({ ok: true, key });
    }),
  );
});

test.each([
  ["nothing", ""],
  ["256 characters", "k".repeat(256)],
  ["a space, as between two headers", "a, b"],
  ["a control character", "a\tb"],
  ["DEL", "a\x7f"],
  ["a letter beyond ASCII", "schlüssel"],
  ["a line end behind a key", "key\n"],
])("%s is no key, and the refusal names the header", (_what, text) => {
  expect(parseIdempotencyKey(text)).toEqual({
    ok: false,
    issue: {
      field: "Idempotency-Key",
      code: "idempotency_key_invalid",
      message: expect.stringContaining("255"),
    },
  });
});
