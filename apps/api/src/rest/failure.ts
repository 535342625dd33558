import { type Refusal, refusalMessage } from "@roster/domain/refusal.ts";
import { refusedWith } from "@roster/usecases/refusal.ts";

/** What can go wrong at a door before any use case is asked, or in none that anybody foresaw. */
export type DoorFailure =
  | { code: "no_such_route"; method: string }
  | { code: "malformed_path"; message: string }
  | { code: "malformed_body"; message: string }
  /** A bug. Nothing about it leaves the house but the request id under which it was logged. */
  | { code: "internal" };

export type Failure = Refusal | DoorFailure;

/** The status of each failure, wherever a dialect documents no other. */
export const failureStatus = {
  invalid: 400,
  malformed_path: 400,
  malformed_body: 400,
  too_many_items: 400,
  bad_upload: 400,
  unauthenticated: 401,
  bad_signature: 401,
  missing_scope: 403,
  tenant_forbidden: 403,
  plan_limit_exceeded: 403,
  not_found: 404,
  no_such_route: 404,
  name_taken: 409,
  in_use: 409,
  email_taken: 409,
  external_id_taken: 409,
  contact_exists: 409,
  cannot_reactivate: 409,
  cannot_merge: 409,
  merge_not_undoable: 409,
  job_not_cancellable: 409,
  job_not_undoable: 409,
  job_not_retryable: 409,
  report_expired: 410,
  idempotency_key_reused: 409,
  idempotency_in_progress: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  busy: 503,
  unreachable: 503,
  storage_full: 507,
} satisfies Record<Failure["code"], number>;

/** The sentence for a failure: what was wrong, where, and what to do. Dialects may say it in their own words. */
export function failureMessage(failure: Failure): string {
  switch (failure.code) {
    case "no_such_route":
      return "There is nothing at this path. Check the method and the path.";
    case "malformed_path":
    case "malformed_body":
      return failure.message;
    case "internal":
      return "Something went wrong on the server. Give the operator the X-Request-Id of this answer.";
    default:
      return refusalMessage(failure);
  }
}

/** The errors of express and its body parser carry a type, of ours a failure. */
type Thrown = { failure?: DoorFailure; type?: string; status?: number; limit?: number; code?: string } | null;

/** The header that says when to ask again, for the failures that pass. */
export function retryAfter(failure: Failure): Readonly<Record<string, string>> {
  return "retryAfterSeconds" in failure ? { "Retry-After": String(failure.retryAfterSeconds) } : {};
}

/** What an error that a handler threw means: a refusal, a request that no handler could read, or a bug. */
export function failureOf(error: unknown): Failure {
  const refusal = refusedWith(error);
  if (refusal !== null) return refusal;
  const thrown = error as Thrown;
  if (thrown?.failure !== undefined) return thrown.failure;
  switch (thrown?.type) {
    case "entity.parse.failed":
      return {
        code: "malformed_body",
        message: "The body is not valid JSON. Check its quotes, commas and brackets.",
      };
    case "entity.too.large":
      return { code: "body_too_large", limitBytes: thrown.limit ?? 0 };
    case "encoding.unsupported":
      return {
        code: "malformed_body",
        message: "The body's Content-Encoding is not known. Send it plain, or as gzip.",
      };
    case "charset.unsupported":
      return { code: "malformed_body", message: "The body's charset is not known. Send JSON as UTF-8." };
    case "request.size.invalid":
      return { code: "malformed_body", message: "The body is not as long as its Content-Length says." };
    default:
      if (error instanceof URIError) {
        const message =
          "The path cannot be decoded: after each % it needs two hexadecimal digits, and together they have to be UTF-8.";
        return { code: "malformed_path", message };
      }
      // zlib fails on a body that is not gzip.
      if (thrown?.status === 400) return { code: "malformed_body", message: "The body cannot be read." };
      return { code: "internal" };
  }
}
