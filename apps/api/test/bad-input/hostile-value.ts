import { encodeCursor } from "@roster/domain/page.ts";
import fc from "fast-check";
import type { z } from "zod";

const far = "0190c8f0-0000-7000-8000-000000000000";

/** What is no text for PostgreSQL, and may be one everywhere else. */
const unstorable = fc.constantFrom("\0", "a\0b", "x@y\0.example", "\ud800", "a\udfffb", "\ud83d");

/** Texts that have broken some program before: no text at all, too much of it, other types' words, and other ids' forms. */
export const hostileText = fc.oneof(
  unstorable,
  fc.constantFrom(
    "",
    " ",
    "\u202e\ufeff😀",
    "\r\nX-Injected: 1",
    "%00",
    "%",
    "\\",
    "'\";--",
    "{}",
    "null",
    "undefined",
    "NaN",
    "__proto__",
    "constructor",
    "toString",
    "../../etc",
    "-1",
    "0",
    "1e9",
    "1.5",
    "0x10",
    "99999999999999999999",
    "9".repeat(400),
    "x".repeat(300),
    "x".repeat(70_000),
    "0000-00-00",
    "0001-01-01T00:00:00Z",
    "2026-02-30",
    "9999-12-31T23:59:59.999Z",
    "+275760-09-13T00:00:00.000Z",
    "2026-01-01T00:00:00+14:00",
    far,
    far.toUpperCase(),
    "con_01ABC",
    `con_${"7".repeat(26)}`,
    `con_${"z".repeat(26)}`,
    "a@b",
    "@",
    "a@b.c@d.e",
    "a@\0.example",
    "é@bücher.example",
    `${"a".repeat(65)}@example.com`,
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Anything that JSON can say, mostly where it is not expected. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1,
      1.5,
      1e308,
      2 ** 31,
      2 ** 53 + 2,
      1e21,
      [],
      {},
      [null],
      [[]],
      [{}],
      { $ne: null },
      { length: 3 },
      { 0: "a" },
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"constructor":{"prototype":{"a":1}}}'),
      nested(25),
      Array.from({ length: 60 }, (_, n) => `t${n}`),
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, n])),
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: [nested(depth - 1)] };
}

/**
 * Cursors that nobody cut or edited, but that no list gave out either: the checksum in them is no secret, so that anybody
 * can make one for a position of theirs.
 */
export const forgedCursor: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom<z.core.util.JSONType>(
      far,
      "since",
      "after",
      "",
      "0000-01-01T00:00:00.000Z",
      "9999-12-31T23:59:59.999Z",
      "9999999999999999999",
      "\u0000",
      0,
      -1,
      1.5,
      2 ** 31,
      2 ** 31 - 1,
      2 ** 53,
      1e300,
      null,
      [0, "1", null],
      [2 ** 31 - 1, "9999999999999999999", far],
      [2 ** 31, "1", far],
      [0, "18446744073709551616", null],
    ),
    { maxLength: 4 },
  )
  .map((fields) => encodeCursor(fields));
