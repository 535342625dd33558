import type { FieldIssue } from "@roster/domain/refusal.ts";
import type { Failure } from "../rest/failure.ts";
import { ana, bo } from "./example-people.ts";

/** One of each failure, for the documents. */
export const sampleFailures: { [Code in Failure["code"]]: Extract<Failure, { code: Code }> } = {
  invalid: {
    code: "invalid",
    issues: [
      { field: "email", code: "email_invalid", message: "The address has no @. Write it as name@domain." },
    ],
  },
  malformed_path: { code: "malformed_path", message: "The path cannot be decoded." },
  malformed_body: {
    code: "malformed_body",
    message: "The body is not valid JSON. Check its quotes, commas and brackets.",
  },
  unauthenticated: { code: "unauthenticated" },
  missing_scope: { code: "missing_scope", needed: "contacts:write" },
  tenant_forbidden: { code: "tenant_forbidden" },
  not_found: { code: "not_found", what: "contact" },
  no_such_route: { code: "no_such_route", method: "GET" },
  name_taken: { code: "name_taken", what: "tenant", name: "acme-shop" },
  in_use: { code: "in_use", what: "segment", usedBy: ["Spring customers"] },
  email_taken: { code: "email_taken", email: "ana@example.com", contactId: ana.id },
  external_id_taken: { code: "external_id_taken", externalId: "crm-1", contactId: ana.id },
  contact_exists: { code: "contact_exists", email: "ana@example.com", contactId: ana.id },
  cannot_reactivate: { code: "cannot_reactivate", current: "bounced" },
  cannot_merge: {
    code: "cannot_merge",
    field: "externalId",
    why: "one has the externalId crm-1, another crm-2, and one contact has one. Take it from either first",
    contactIds: [ana.id, bo.id],
  },
  merge_not_undoable: { code: "merge_not_undoable", why: "it was undone already" },
  plan_limit_exceeded: { code: "plan_limit_exceeded", limit: 1000 },
  rate_limited: { code: "rate_limited", limit: 6000, retryAfterSeconds: 17 },
  body_too_large: { code: "body_too_large", limitBytes: 262_144 },
  too_many_items: { code: "too_many_items", limit: 10_000 },
  unsupported_media_type: {
    code: "unsupported_media_type",
    got: "image/png",
    expected: ["text/csv", "application/json"],
  },
  bad_upload: {
    code: "bad_upload",
    problem: "no_file",
    message: "No file came. Send it in the form field “file”.",
  },
  job_not_cancellable: { code: "job_not_cancellable", state: "completed" },
  job_not_undoable: { code: "job_not_undoable", why: "it is running" },
  job_not_retryable: { code: "job_not_retryable", why: "it is completed" },
  report_expired: { code: "report_expired", failed: 12 },
  idempotency_key_reused: { code: "idempotency_key_reused", key: "import-2026-06" },
  idempotency_in_progress: { code: "idempotency_in_progress", retryAfterSeconds: 1 },
  bad_signature: { code: "bad_signature", why: "it has no signature" },
  unreachable: { code: "unreachable", host: "sns.eu-central-1.amazonaws.com", retryAfterSeconds: 20 },
  storage_full: { code: "storage_full" },
  busy: { code: "busy", retryAfterSeconds: 1 },
  internal: { code: "internal" },
};

/** Further ways in which a request can be invalid. */
export const wrongType = invalid({ field: "tags", code: "invalid_type", message: "Send a list of texts." });
export const badLimit = invalid({
  field: "limit",
  code: "limit_invalid",
  message: "limit must be a whole number, 1 or more.",
});
export const repeated = invalid({
  field: "search",
  code: "invalid_type",
  message: "Give this parameter once.",
});
export const badIdempotencyKey = invalid({
  field: "Idempotency-Key",
  code: "idempotency_key_invalid",
  message:
    "A key has 1 to 255 visible ASCII characters without spaces, and is sent once. Send a UUID, for example.",
});

function invalid(issue: FieldIssue): Failure {
  return { code: "invalid", issues: [issue] };
}

/** What a status says in every dialect. */
export const statusMeanings: Readonly<Record<number, string>> = {
  400: "The request is not of the documented form",
  401: "No valid key",
  403: "The key may not do this, or the plan does not allow it",
  404: "There is no such thing in this tenant",
  409: "In conflict with what is there, or with another request of the same Idempotency-Key",
  413: "The body is too large",
  415: "The media type is not known",
  422: "A value is not valid",
  429: "Too many requests; try again after Retry-After",
  500: "A fault of the server, logged under this answer's X-Request-Id",
  503: "Busy; try again after Retry-After",
  507: "The server's disk is full",
};
