import type { FieldIssue } from "@roster/domain/refusal.ts";
import type { Answer, Dialect } from "../dialect.ts";
import { type Failure, failureMessage } from "../failure.ts";

/** The types of error that this API's clients switch on. */
type ErrorType =
  | "validation_error"
  | "authentication_error"
  | "authorization_error"
  | "not_found_error"
  | "conflict_error"
  | "idempotency_error"
  | "payload_too_large_error"
  | "rate_limit_error"
  | "api_error";

/** How each failure reads in this dialect; its code is the failure's own. */
const failures = {
  invalid: { status: 422, type: "validation_error" },
  malformed_path: { status: 400, type: "validation_error" },
  malformed_body: { status: 400, type: "validation_error" },
  too_many_items: { status: 400, type: "validation_error" },
  bad_upload: { status: 400, type: "validation_error" },
  unsupported_media_type: { status: 400, type: "validation_error" },
  unauthenticated: { status: 401, type: "authentication_error" },
  bad_signature: { status: 401, type: "authentication_error" },
  missing_scope: { status: 403, type: "authorization_error" },
  tenant_forbidden: { status: 403, type: "authorization_error" },
  plan_limit_exceeded: { status: 403, type: "authorization_error" },
  not_found: { status: 404, type: "not_found_error" },
  no_such_route: { status: 404, type: "not_found_error" },
  name_taken: { status: 409, type: "conflict_error" },
  in_use: { status: 409, type: "conflict_error" },
  email_taken: { status: 409, type: "conflict_error" },
  external_id_taken: { status: 409, type: "conflict_error" },
  contact_exists: { status: 409, type: "conflict_error" },
  cannot_reactivate: { status: 409, type: "conflict_error" },
  cannot_merge: { status: 409, type: "conflict_error" },
  merge_not_undoable: { status: 409, type: "conflict_error" },
  job_not_cancellable: { status: 409, type: "conflict_error" },
  job_not_undoable: { status: 409, type: "conflict_error" },
  job_not_retryable: { status: 409, type: "conflict_error" },
  report_expired: { status: 410, type: "not_found_error" },
  idempotency_key_reused: { status: 409, type: "idempotency_error" },
  idempotency_in_progress: { status: 409, type: "idempotency_error" },
  body_too_large: { status: 413, type: "payload_too_large_error" },
  rate_limited: { status: 429, type: "rate_limit_error" },
  internal: { status: 500, type: "api_error" },
  busy: { status: 503, type: "api_error" },
  unreachable: { status: 503, type: "api_error" },
  storage_full: { status: 507, type: "api_error" },
} satisfies Record<Failure["code"], { status: number; type: ErrorType }>;

export const mailerdash: Dialect = {
  limitHeaders: "RateLimit",
  answer(failure: Failure): Answer {
    const { status, type } = failures[failure.code];
    const error = { type, code: failure.code, message: failureMessage(failure) };
    return {
      ...(failure.code === "invalid"
        ? {
            status: isMalformed(failure.issues) ? 400 : status,
            body: { error: { ...error, ...at(failure.issues) } },
          }
        : { status, body: { error } }),
    };
  },
};

/** Something of another type than it must be, or missing, is malformed; what has the right type has a bad value. */
function isMalformed(issues: readonly FieldIssue[]): boolean {
  return issues.some(({ code }) => code === "invalid_type");
}

/** Where the input is wrong: the first field, and all of them with what is wrong there. */
function at(issues: readonly FieldIssue[]) {
  return {
    param: issues[0]!.field,
    details: issues.map(({ field, message }) => ({ param: field, message })),
  };
}
