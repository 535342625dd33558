import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { parseIdempotencyKey } from "@roster/domain/accounts/idempotency-key.ts";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";

/**
 * The Idempotency-Key of a request; null if it has none.
 * @throws Refused invalid
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | null {
  const text = headers["idempotency-key"];
  if (text === undefined) return null;
  const result = parseIdempotencyKey(String(text));
  if (result.ok) return result.key;
  throw new Refused({ code: "invalid", issues: [result.issue] });
}

/**
 * For a route whose answer is a secret, which is kept nowhere and so cannot be given again.
 * @throws Refused invalid
 */
export function refuseIdempotencyKey(headers: IncomingHttpHeaders): void {
  if (idempotencyKey(headers) !== null) throw keyUnusable();
}

/** Why such an answer takes no Idempotency-Key. */
export function keyUnusable(): Refused {
  const message =
    "This answer is shown once and kept nowhere, so that it cannot be repeated. Send the call without a key.";
  const issue = { field: "Idempotency-Key", code: "idempotency_key_unusable", message };
  return new Refused({ code: "invalid", issues: [issue] });
}

/**
 * SHA-256 of what makes a request the same as another: its method, its address with the query, its content, and what its
 * sender may do, so that an answer is replayed to nobody who would not have got it.
 * @param content a body as it was read, or a file's SHA-256 with its options; anything that JSON can say
 */
export function requestDigest(
  { granted }: TenantScope,
  { method, originalUrl }: { method: string; originalUrl: string },
  content: unknown,
): Buffer {
  return hash("sha256", JSON.stringify([method, originalUrl, granted.toSorted(), content]), "buffer");
}
