import { expect, test } from "vitest";
import { parseKeyExpiry } from "./key-expiry.ts";

const now = Date.parse("2026-06-01T12:00:00Z");

test.each([
  ["90d", "2026-08-30T12:00:00.000Z"],
  ["1d", "2026-06-02T12:00:00.000Z"],
  ["2027-01-31", "2027-01-31T00:00:00.000Z"],
  ["2026-06-01T14:00:01+02:00", "2026-06-01T12:00:01.000Z"],
])("%s is %s", (text, at) => {
  expect(parseKeyExpiry(text, now)).toEqual({ ok: true, expiresAt: new Date(at) });
});

test.each([
  "0d",
  "9999d",
  "d",
  "-1d",
  "2026-06-01",
  "2026-06-01T14:00:00+02:00",
  "2026-13-01",
  "9999-01-01",
  "tomorrow",
  "2026-06-02T12:00:00",
  "",
])("%j is refused: it is over, too far, or no time", (text) => {
  expect(parseKeyExpiry(text, now)).toMatchObject({ ok: false, issue: { field: "expires" } });
});
