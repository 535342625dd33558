import { expect, test } from "vitest";
import { type Refusal, Refused, refusalMessage } from "./refusal.ts";

/** One of each, so that a new code needs its line here. */
const each: { [Code in Refusal["code"]]: Extract<Refusal, { code: Code }> } = {
  invalid: { code: "invalid", issues: [{ field: "email", code: "email_invalid", message: "It has no @." }] },
  unauthenticated: { code: "unauthenticated" },
  missing_scope: { code: "missing_scope", needed: "contacts:write" },
  tenant_forbidden: { code: "tenant_forbidden" },
  not_found: { code: "not_found", what: "job" },
  name_taken: { code: "name_taken", what: "tenant", name: "acme" },
  in_use: { code: "in_use", what: "segment", usedBy: ["Spring", "Summer"] },
  email_taken: { code: "email_taken", email: "ann@example.com", contactId: "id-1" },
  external_id_taken: { code: "external_id_taken", externalId: "x-1", contactId: "id-1" },
  contact_exists: { code: "contact_exists", email: "ann@example.com", contactId: "id-1" },
  cannot_reactivate: { code: "cannot_reactivate", current: "bounced" },
  plan_limit_exceeded: { code: "plan_limit_exceeded", limit: 1000 },
  rate_limited: { code: "rate_limited", limit: 6000, retryAfterSeconds: 17 },
  body_too_large: { code: "body_too_large", limitBytes: 5_242_880 },
  too_many_items: { code: "too_many_items", limit: 10_000 },
  unsupported_media_type: { code: "unsupported_media_type", got: "image/png", expected: ["text/csv"] },
  bad_upload: { code: "bad_upload", problem: "empty_file", message: "The file is empty." },
  job_not_cancellable: { code: "job_not_cancellable", state: "completed" },
  cannot_merge: {
    code: "cannot_merge",
    field: "externalId",
    why: "one has the externalId x1, another x2",
    contactIds: ["contact-1", "contact-2"],
  },
  merge_not_undoable: { code: "merge_not_undoable", why: "it was undone already" },
  job_not_undoable: { code: "job_not_undoable", why: "it wrote nothing" },
  job_not_retryable: { code: "job_not_retryable", why: "it is running" },
  report_expired: { code: "report_expired", failed: 3 },
  idempotency_key_reused: { code: "idempotency_key_reused", key: "order-7" },
  idempotency_in_progress: { code: "idempotency_in_progress", retryAfterSeconds: 1 },
  bad_signature: { code: "bad_signature", why: "it has no signature" },
  unreachable: { code: "unreachable", host: "sns.eu-central-1.amazonaws.com", retryAfterSeconds: 20 },
  storage_full: { code: "storage_full" },
  busy: { code: "busy", retryAfterSeconds: 3 },
};

test.each(Object.values(each))("$code is said in a sentence that holds its facts", (refusal) => {
  const message = refusalMessage(refusal);
  expect(message).toMatch(/\.$/);
  const { code: _, ...facts } = refusal;
  for (const fact of Object.values(facts)) {
    if (fact !== "empty_file" && !Array.isArray(fact)) expect(message).toContain(String(fact));
  }
});

test("a refusal of several fields names each of them", () => {
  const issue = (field: string) => ({ field, code: "wrong_type", message: "It must be a text." });
  expect(refusalMessage({ code: "invalid", issues: [issue("name"), issue("phone")] })).toBe(
    "name: It must be a text.; phone: It must be a text.",
  );
});

test("a conflict of externalIds is told truly, whichever of the two is taken", () => {
  expect(refusalMessage(each.external_id_taken)).toContain(
    "it is that contact's, or that contact has the email",
  );
});

test("a plan without bulk import and a type that is not said have sentences of their own", () => {
  expect(refusalMessage({ code: "plan_limit_exceeded", limit: null })).toContain("Bulk import");
  expect(refusalMessage({ code: "unsupported_media_type", got: "", expected: ["text/csv"] })).toContain(
    "is missing",
  );
});

test("what is thrown carries the refusal and its sentence", () => {
  const refused = new Refused(each.busy);
  expect(refused).toBeInstanceOf(Error);
  expect(refused.refusal).toBe(each.busy);
  expect(refused.message).toBe(refusalMessage(each.busy));
});
