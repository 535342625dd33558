/**
 * Every reason for which a use case turns a request down, as one closed union. A door owns one table
 * `satisfies Record<Refusal["code"], …>` from code to status and envelope, so that a new code does not compile until
 * every door answers it.
 */
export type Refusal =
  | { code: "invalid"; issues: readonly FieldIssue[] }
  | { code: "unauthenticated" }
  | { code: "missing_scope"; needed: string }
  | { code: "tenant_forbidden" }
  | {
      code: "not_found";
      what:
        | "account"
        | "contact"
        | "erasure"
        | "health run"
        | "event source"
        | "job"
        | "key"
        | "list"
        | "merge"
        | "plan"
        | "rule"
        | "segment"
        | "suppression"
        | "tenant"
        | "upload"
        | "webhook"
        | "delivery";
    }
  | { code: "name_taken"; what: "account" | "event source" | "list" | "segment" | "tenant"; name: string }
  /** `usedBy`: the names of what uses it. */
  | { code: "in_use"; what: "segment"; usedBy: readonly string[] }
  | { code: "email_taken"; email: string; contactId: string }
  | { code: "external_id_taken"; externalId: string; contactId: string }
  | { code: "contact_exists"; email: string; contactId: string }
  | { code: "cannot_reactivate"; current: "bounced" | "complained" | "unsubscribed" }
  /** `contactIds`: those that are in conflict, where it is not all of them together. */
  | { code: "cannot_merge"; field: string; why: string; contactIds: readonly string[] }
  | { code: "merge_not_undoable"; why: string }
  | { code: "plan_limit_exceeded"; limit: number | null }
  | { code: "rate_limited"; limit: number; retryAfterSeconds: number }
  | { code: "body_too_large"; limitBytes: number }
  | { code: "too_many_items"; limit: number }
  | { code: "unsupported_media_type"; got: string; expected: readonly string[] }
  | { code: "bad_upload"; problem: string; message: string }
  | { code: "job_not_cancellable"; state: string }
  | { code: "job_not_undoable"; why: string }
  | { code: "job_not_retryable"; why: string }
  | { code: "report_expired"; failed: number }
  | { code: "idempotency_key_reused"; key: string }
  | { code: "idempotency_in_progress"; retryAfterSeconds: number }
  | { code: "bad_signature"; why: string }
  | { code: "unreachable"; host: string; retryAfterSeconds: number }
  | { code: "storage_full" }
  | { code: "busy"; retryAfterSeconds: number };

/** One thing that is wrong with one field: where, what, and a code for programs. */
export type FieldIssue = { field: string; code: string; message: string };

/** Thrown by use cases. Anything else that is thrown is a bug and answered 500 without detail. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusalMessage(refusal));
    this.name = "Refused";
    this.refusal = refusal;
  }
}

/** The public sentence for a refusal: what was wrong, where, and what to do. Doors may say it in their own words. */
export function refusalMessage(refusal: Refusal): string {
  switch (refusal.code) {
    case "invalid":
      return refusal.issues.map((issue) => `${issue.field}: ${issue.message}`).join("; ");
    case "unauthenticated":
      return "A valid API key is needed: send it as “Authorization: Bearer <key>”.";
    case "missing_scope":
      return `This key lacks the scope ${refusal.needed}. Use a key that has it.`;
    case "tenant_forbidden":
      return "This key may not use that tenant.";
    case "not_found":
      return `There is no such ${refusal.what}.`;
    case "name_taken":
      return `There is a${/^[aeiou]/.test(refusal.what) ? "n" : ""} ${refusal.what} named ${refusal.name} already. Choose another name.`;
    case "in_use":
      return `This ${refusal.what} is used by ${refusal.usedBy.join(", ")}. Take it out there first.`;
    case "email_taken":
      return `The email ${refusal.email} belongs to another contact, ${refusal.contactId}.`;
    case "external_id_taken":
      return `The externalId ${refusal.externalId} is in conflict with contact ${refusal.contactId}: it is that contact's, or that contact has the email under another externalId.`;
    case "contact_exists":
      return `The email ${refusal.email} already exists in your contacts, as ${refusal.contactId}.`;
    case "cannot_reactivate":
      return `This contact's status is ${refusal.current}. A boolean cannot undo that: set the status by name, or, for a bounce, send resubscribe with a consent.`;
    case "cannot_merge": {
      const { contactIds } = refusal;
      const named = contactIds.length === 0 ? "" : ` They are ${contactIds.join(" and ")}.`;
      return `These contacts cannot become one: ${refusal.why}.${named}`;
    }
    case "merge_not_undoable":
      return `This merge cannot be undone: ${refusal.why}.`;
    case "plan_limit_exceeded":
      return refusal.limit === null
        ? "Bulk import is not part of this account's plan."
        : `This would exceed the ${refusal.limit} contacts of this account's plan.`;
    case "rate_limited":
      return `This key has sent its ${refusal.limit} requests of this minute. Go on in ${refusal.retryAfterSeconds} s.`;
    case "body_too_large":
      return `The body is larger than ${refusal.limitBytes} bytes. Send less, or use POST /v1/contacts/imports, which has no limit.`;
    case "too_many_items":
      return `At most ${refusal.limit} items fit in one request. Split them, or use POST /v1/contacts/imports, which has no limit.`;
    case "unsupported_media_type":
      return `The content type ${refusal.got === "" ? "is missing" : `${refusal.got} is not accepted`}. Send ${refusal.expected.join(", ")}.`;
    case "bad_upload":
      return refusal.message;
    case "job_not_cancellable":
      if (refusal.state === "erasure")
        return "This job erases a person. It ends by itself, and is not cancelled.";
      return `The job is ${refusal.state}; only a queued or running job can be cancelled.`;
    case "job_not_undoable":
      return `This job cannot be undone: ${refusal.why}.`;
    case "job_not_retryable":
      return `This job cannot be tried again: ${refusal.why}.`;
    case "report_expired":
      return `The rows that failed are no longer kept; there were ${refusal.failed}. To see them again, import the file once more, as a dry run if you like.`;
    case "idempotency_key_reused":
      return `The Idempotency-Key ${refusal.key} belongs to another request of the last 24 h. Choose a new key for each request, and repeat a key only with the same method, address and body.`;
    case "idempotency_in_progress":
      return `A request with this Idempotency-Key is still running. Send it again in ${refusal.retryAfterSeconds} s to get its answer.`;
    case "bad_signature":
      return `This request does not prove whose it is: ${refusal.why}.`;
    case "unreachable":
      return `${refusal.host} did not answer as it should, so that this could not be checked. Try again in ${refusal.retryAfterSeconds} s.`;
    case "storage_full":
      return "The server's disk is full, and nothing of this request was kept. Send it again when the operator has made room.";
    case "busy":
      return `This is being changed by others just now. Try again in ${refusal.retryAfterSeconds} s.`;
    default:
      return refusal satisfies never;
  }
}
