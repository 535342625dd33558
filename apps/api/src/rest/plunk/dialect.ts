import type { FieldIssue } from "@roster/domain/refusal.ts";
import { bearerKey } from "../../authenticate.ts";
import type { Answer, Asked, Dialect } from "../dialect.ts";
import { type Failure, failureMessage } from "../failure.ts";

const validation = { status: 422, code: "VALIDATION_ERROR", suggestion: "Mend the fields named in errors." };
const conflict = { status: 409, code: "CONFLICT" };

/** How each failure reads in this dialect: the status and the code that its clients switch on. */
const failures = {
  invalid: validation,
  too_many_items: validation,
  unsupported_media_type: validation,
  bad_upload: { ...validation, suggestion: "Send multipart/form-data with a .csv file in the field “file”." },
  unauthenticated: {
    status: 401,
    code: "INVALID_API_KEY",
    suggestion: "Send “Authorization: Bearer sk_…” with a secret key.",
  },
  bad_signature: { status: 401, code: "INVALID_SIGNATURE" },
  missing_scope: { status: 403, code: "FORBIDDEN" },
  tenant_forbidden: { status: 403, code: "PROJECT_ACCESS_DENIED" },
  plan_limit_exceeded: { status: 403, code: "PLAN_LIMIT_EXCEEDED" },
  not_found: { status: 404, code: "RESOURCE_NOT_FOUND" },
  no_such_route: { status: 404, code: "RESOURCE_NOT_FOUND", suggestion: "Check the method and the path." },
  name_taken: conflict,
  in_use: conflict,
  email_taken: conflict,
  external_id_taken: conflict,
  contact_exists: conflict,
  cannot_reactivate: conflict,
  cannot_merge: conflict,
  merge_not_undoable: conflict,
  job_not_cancellable: conflict,
  job_not_undoable: conflict,
  job_not_retryable: conflict,
  report_expired: { status: 410, code: "GONE" },
  idempotency_key_reused: {
    status: 409,
    code: "IDEMPOTENCY_KEY_REUSED",
    suggestion: "Send the request again with a new Idempotency-Key.",
  },
  idempotency_in_progress: {
    status: 409,
    code: "IDEMPOTENCY_IN_PROGRESS",
    suggestion: "Send the request again after Retry-After, with the same Idempotency-Key.",
  },
  body_too_large: { status: 413, code: "PAYLOAD_TOO_LARGE" },
  malformed_path: { status: 400, code: "INVALID_REQUEST_PATH" },
  malformed_body: { status: 400, code: "INVALID_REQUEST_BODY" },
  busy: { status: 503, code: "SERVICE_UNAVAILABLE", suggestion: "Send the request again after Retry-After." },
  unreachable: {
    status: 503,
    code: "SERVICE_UNAVAILABLE",
    suggestion: "Send the request again after Retry-After.",
  },
  storage_full: { status: 507, code: "INSUFFICIENT_STORAGE" },
  rate_limited: {
    status: 429,
    code: "RATE_LIMIT_EXCEEDED",
    suggestion: "Send the request again after Retry-After.",
  },
  internal: {
    status: 500,
    code: "INTERNAL_SERVER_ERROR",
    suggestion: "Try again; if it stays so, give the operator this requestId.",
  },
} satisfies Record<Failure["code"], { status: number; code: string; suggestion?: string }>;

export const plunk: Dialect = {
  limitHeaders: "X-RateLimit",
  answer(failure: Failure, asked: Asked): Answer {
    const row: { status: number; code: string; suggestion?: string } = failures[failure.code];
    const errors = fieldErrors(failure);
    const status = isBadEmailOnPost(failure, asked) ? 400 : row.status;
    const error = {
      code: codeOf(failure, asked) ?? row.code,
      message: messageOf(failure),
      statusCode: status,
      requestId: asked.id,
      ...(errors.length > 0 && { errors }),
      ...(row.suggestion !== undefined && { suggestion: row.suggestion }),
    };
    return {
      status,
      body: { success: false, error, timestamp: new Date().toISOString() },
    };
  },
};

/** The one validation error that this API answers with another status. */
function isBadEmailOnPost(failure: Failure, asked: Asked): boolean {
  return (
    failure.code === "invalid" &&
    asked.method === "POST" &&
    failure.issues.some(({ field }) => field === "email")
  );
}

function codeOf(failure: Failure, asked: Asked): string | null {
  if (failure.code === "not_found" && failure.what === "contact") return "CONTACT_NOT_FOUND";
  if (failure.code === "unauthenticated" && bearerKey(asked.headers.authorization) === null)
    return "MISSING_AUTH";
  return null;
}

function fieldErrors(failure: Failure): readonly FieldIssue[] {
  if (failure.code === "invalid") return failure.issues;
  if (failure.code === "bad_upload")
    return [{ field: "file", code: failure.problem, message: failure.message }];
  return [];
}

function messageOf(failure: Failure): string {
  // What to do stands in the suggestion.
  if (failure.code === "no_such_route") return "There is nothing at this path.";
  if (failure.code === "internal") return "Something went wrong on the server.";
  return failureMessage(failure);
}
