import { refusalMessage } from "@roster/domain/refusal.ts";
import type { Answer, Asked, Dialect, Failure } from "../dialect.ts";

/** The status of each failure in this dialect; it has no codes. */
const statuses = {
  invalid: 400,
  malformed_path: 400,
  malformed_body: 400,
  too_many_items: 400,
  bad_upload: 400,
  unauthenticated: 401,
  missing_scope: 403,
  tenant_forbidden: 403,
  plan_limit_exceeded: 403,
  not_found: 404,
  no_such_route: 404,
  name_taken: 409,
  email_taken: 409,
  external_id_taken: 409,
  contact_exists: 409,
  cannot_reactivate: 409,
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
  storage_full: 507,
} satisfies Record<Failure["code"], number>;

export const mailingcore: Dialect = {
  limitHeaders: "X-RateLimit",
  answer(failure: Failure, asked: Asked): Answer {
    const statusCode = statuses[failure.code];
    return {
      status: statusCode,
      body: {
        statusCode,
        message: messageOf(failure),
        // Without the query, which may hold people's data.
        path: asked.originalUrl.split("?", 1)[0],
        timestamp: new Date().toISOString(),
      },
      ...("retryAfterSeconds" in failure && {
        headers: { "Retry-After": String(failure.retryAfterSeconds) },
      }),
    };
  },
};

function messageOf(failure: Failure): string {
  switch (failure.code) {
    case "no_such_route":
      return "There is nothing at this path. Check the method and the path.";
    case "malformed_path":
    case "malformed_body":
      return failure.message;
    case "cannot_reactivate":
      return `This contact's status is ${failure.current}, which optIn alone cannot undo. After a bounce, send resubscribe: true with the text of the person's consent.`;
    case "internal":
      return "Something went wrong on the server. Give the operator the X-Request-Id of this answer.";
    default:
      return refusalMessage(failure);
  }
}
