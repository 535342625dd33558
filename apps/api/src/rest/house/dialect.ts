import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { Answer, Dialect } from "../dialect.ts";
import { type Failure, failureMessage, failureStatus } from "../failure.ts";
import { fieldErrors } from "../field-errors.ts";

export const house: Dialect = {
  limitHeaders: "X-RateLimit",
  answer(given: Failure): Answer {
    const failure = withHouseId(given);
    const contactId = "contactId" in failure ? failure.contactId : null;
    return {
      status: failureStatus[failure.code],
      body: {
        success: false,
        error: failureMessage(failure),
        code: failure.code === "bad_upload" ? failure.problem : failure.code,
        ...(contactId !== null && { contactId }),
        ...(failure.code === "cannot_merge" && { field: failure.field, contactIds: failure.contactIds }),
        ...(failure.code === "rate_limited" && { retryAfter: failure.retryAfterSeconds }),
        ...(failure.code === "invalid" && { details: fieldErrors(failure.issues) }),
      },
    };
  },
};

/** A conflict names the other contact by this dialect's id. */
function withHouseId(failure: Failure): Failure {
  if (failure.code === "cannot_merge") return { ...failure, contactIds: failure.contactIds.map(toHouseId) };
  if (!("contactId" in failure)) return failure;
  return { ...failure, contactId: toHouseId(failure.contactId) };
}
