import type { z } from "zod";
import { type FieldIssue, Refused } from "./refusal.ts";
import { fromBase64url, toBase64url } from "./text/base64url.ts";

/** Rises when the meaning of a cursor's fields changes, so that old cursors are refused and not misread. */
const version = "1";
const checksumDigits = 7;
const longestCursor = 8192;

/**
 * Where a list goes on, as a text that callers give back unchanged.
 * It is no secret and no proof: the checksum finds a cursor that was cut or edited, but anybody can compute it. Therefore
 * the tenant is never taken from a cursor, and its fields are only a position.
 * @param fields what JSON can say; `decodeCursor` wants a schema for the same
 */
export function encodeCursor(fields: z.core.util.JSONType): string {
  const json = JSON.stringify(fields).replace(/[^\0-\x7f]/g, escaped);
  return toBase64url(version + checksum(json) + json);
}

/**
 * The fields behind a cursor.
 * @param schema of the fields; what a stranger may have put there is checked like any input
 * @throws Refused `invalid`, field `cursor`, when it was cut, edited, of another version or of another list
 */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const text = cursor.length > longestCursor ? null : fromBase64url(cursor);
  const json = text?.slice(version.length + checksumDigits) ?? "";
  if (text === null || text !== version + checksum(json) + json) throw cursorInvalid();
  const fields = schema.safeParse(parseJson(json));
  if (!fields.success) throw cursorInvalid();
  return fields.data;
}

function cursorInvalid(): Refused {
  const message = "The cursor is not one that this list gave out. Start again without a cursor.";
  return new Refused({ code: "invalid", issues: [{ field: "cursor", code: "cursor_invalid", message }] });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** FNV-1a, 32 bits, in base 36: each step is a bijection, so that a change of one character always shows. */
function checksum(ascii: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < ascii.length; i++) hash = Math.imul(hash ^ ascii.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36).padStart(checksumDigits, "0");
}

export type NumberResult = { ok: true; value: number } | { ok: false; issue: FieldIssue };

/**
 * How many items a page has, from a query or a body.
 * @param raw absent (undefined) takes the default; a whole number or its digits; above `max` it is clamped
 */
export function parseLimit(raw: unknown, bounds: { default: number; max: number }): NumberResult {
  return parseCount(raw, { field: "limit", min: 1, max: bounds.max, default: bounds.default });
}

/** Which page, from 1; absent is the first. Beyond the last page there is only the empty page, so it is clamped to 10^9. */
export function parsePage(raw: unknown): NumberResult {
  return parseCount(raw, { field: "page", min: 1, max: 1e9, default: 1 });
}

/** How many items to leave out, from 0; absent is none. Clamped to 10^12, which Postgres still takes as a bigint. */
export function parseOffset(raw: unknown): NumberResult {
  return parseCount(raw, { field: "offset", min: 0, max: 1e12, default: 0 });
}

function parseCount(
  raw: unknown,
  rule: { field: string; min: number; max: number; default: number },
): NumberResult {
  if (raw === undefined) return { ok: true, value: rule.default };
  // Number() would also read "", " 5", "0x10" and ["5"].
  const value = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  const whole = typeof value === "number" && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY);
  if (whole && value >= rule.min) return { ok: true, value: Math.min(value, rule.max) };
  const message = `${rule.field} must be a whole number, ${rule.min} or more.`;
  return { ok: false, issue: { field: rule.field, code: `${rule.field}_invalid`, message } };
}
