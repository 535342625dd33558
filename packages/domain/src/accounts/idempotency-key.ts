import type { FieldIssue } from "../refusal.ts";

/** How long the answer to a request with a key is kept. */
export const idempotencyKeepHours = 24;

/** Characters of a key. */
export const idempotencyKeyLimit = 255;

export type IdempotencyKeyResult = { ok: true; key: string } | { ok: false; issue: FieldIssue };

/**
 * The key that a sender chose for a request: 1 to 255 visible ASCII characters, taken as they are. A space is none of them,
 * because HTTP joins a header that came twice with a comma and a space.
 */
export function parseIdempotencyKey(text: string): IdempotencyKeyResult {
  if (text.length <= idempotencyKeyLimit && /^[\x21-\x7e]+$/.test(text)) return { ok: true, key: text };
  const message = `A key has 1 to ${idempotencyKeyLimit} visible ASCII characters without spaces, and is sent once. Send a UUID, for example.`;
  return { ok: false, issue: { field: "Idempotency-Key", code: "idempotency_key_invalid", message } };
}
