import type { Answer, Dialect } from "../dialect.ts";
import { type Failure, failureMessage, failureStatus } from "../failure.ts";
import { fieldErrors } from "../field-errors.ts";

const statuses: Record<Failure["code"], number> = {
  ...failureStatus,
  // An import above its number of rows is as much too large as one above its number of bytes.
  too_many_items: 413,
};

export const misar: Dialect = {
  limitHeaders: "X-RateLimit",
  answer(failure: Failure): Answer {
    return {
      status: statuses[failure.code],
      body: {
        success: false,
        error: failureMessage(failure),
        code: failure.code === "bad_upload" ? failure.problem : failure.code,
        ...(failure.code === "rate_limited" && { retryAfter: failure.retryAfterSeconds }),
        ...(failure.code === "invalid" && { details: fieldErrors(failure.issues) }),
        // Of the contact that is in the way.
        ...("contactId" in failure && { contactId: failure.contactId }),
      },
    };
  },
};
