import type { FieldIssue } from "../refusal.ts";

export type KeyExpiryResult = { ok: true; expiresAt: Date } | { ok: false; issue: FieldIssue };

const dayMs = 86_400_000;
/** Ten years: what is to last longer needs no expiry. */
const daysLimit = 3660;

/**
 * When a key ends: a number of days such as `90d`, or a time of ISO 8601 such as `2027-01-31` (in UTC), which must lie ahead.
 * @param now milliseconds since 1970
 */
export function parseKeyExpiry(text: string, now: number): KeyExpiryResult {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const at = days === undefined ? isoTime(text) : now + Number(days) * dayMs;
  if (at > now && at <= now + daysLimit * dayMs) return { ok: true, expiresAt: new Date(at) };
  const message =
    "Write a number of days such as 90d, or a date ahead such as 2027-01-31, at most ten years from now.";
  return { ok: false, issue: { field: "expires", code: "expiry_invalid", message } };
}

/** NaN for anything else, which no comparison holds for. */
function isoTime(text: string): number {
  return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
