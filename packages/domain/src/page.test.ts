import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, parseLimit, parseOffset, parsePage } from "./page.ts";
import { Refused } from "./refusal.ts";

// JSON has no -0.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as z.core.util.JSONType);
const position = z.tuple([z.uuid(), z.number().int()]);
const at: z.infer<typeof position> = ["01890a5d-ac96-774b-bcce-b302099a8057", 7];

const issueOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === "invalid") return error.refusal.issues[0];
    throw error;
  }
  return null;
};
const refusedCursor = { field: "cursor", code: "cursor_invalid" };

describe("a cursor", () => {
  test("survives the way there and back, whatever its fields, in the characters of a URL", () => {
    fc.assert(
      fc.property(json, (fields) => {
        const cursor = encodeCursor(fields);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, z.unknown())).toEqual(fields);
      }),
    );
  });

  test("survives with texts outside ASCII and half characters in it", () => {
    for (const text of ["exämple", "🙂", "\ud83d", "\0"])
      expect(decodeCursor(encodeCursor([text]), z.any())).toEqual([text]);
  });

  test("is refused when one character of it was changed, whichever", () => {
    const cursor = encodeCursor(at);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(..."AZaz09-_=+ ü"), (i, character) => {
        fc.pre(cursor[i] !== character);
        const edited = cursor.slice(0, i) + character + cursor.slice(i + 1);
        expect(issueOf(() => decodeCursor(edited, z.unknown()))).toMatchObject(refusedCursor);
      }),
    );
  });

  test("is refused when it was cut or made longer", () => {
    const cursor = encodeCursor(at);
    for (let end = 0; end < cursor.length; end++) {
      expect(issueOf(() => decodeCursor(cursor.slice(0, end), position))).toMatchObject(refusedCursor);
    }
    expect(issueOf(() => decodeCursor(`${cursor}A`, position))).toMatchObject(refusedCursor);
    expect(issueOf(() => decodeCursor("A".repeat(1_000_000), position))).toMatchObject(refusedCursor);
  });

  test("of another list is refused", () => {
    expect(decodeCursor(encodeCursor(at), position)).toEqual(at);
    expect(issueOf(() => decodeCursor(encodeCursor([at[0]]), position))).toMatchObject(refusedCursor);
    expect(issueOf(() => decodeCursor(encodeCursor({ id: at[0] }), position))).toMatchObject(refusedCursor);
  });
});

describe("a limit", () => {
  const limit = (raw: unknown) => {
    const result = parseLimit(raw, { default: 20, max: 100 });
    return result.ok ? result.value : result.issue.code;
  };

  test.each<[unknown, number | string]>([
    [undefined, 20],
    ["1", 1],
    ["100", 100],
    ["101", 100],
    ["9".repeat(400), 100],
    [50, 50],
    ["007", 7],
    ["0", "limit_invalid"],
    [0, "limit_invalid"],
    ["-1", "limit_invalid"],
    ["", "limit_invalid"],
    ["ten", "limit_invalid"],
    ["1.5", "limit_invalid"],
    [1.5, "limit_invalid"],
    ["1e3", "limit_invalid"],
    [" 5", "limit_invalid"],
    [Number.NaN, "limit_invalid"],
    [["5"], "limit_invalid"],
    [null, "limit_invalid"],
    [true, "limit_invalid"],
  ])("given as %j reads as %j", (raw, expected) => {
    expect(limit(raw)).toBe(expected);
  });
});

test("pages are counted from 1 and offsets from 0, both without leaving what the database can count", () => {
  expect(parsePage(undefined)).toEqual({ ok: true, value: 1 });
  expect(parsePage("9".repeat(30))).toEqual({ ok: true, value: 1e9 });
  expect(parsePage("0")).toMatchObject({ ok: false, issue: { field: "page", code: "page_invalid" } });
  expect(parseOffset(undefined)).toEqual({ ok: true, value: 0 });
  expect(parseOffset("0")).toEqual({ ok: true, value: 0 });
  expect(parseOffset("9".repeat(30))).toEqual({ ok: true, value: 1e12 });
  expect(parseOffset("-1")).toMatchObject({ ok: false, issue: { field: "offset", code: "offset_invalid" } });
});
