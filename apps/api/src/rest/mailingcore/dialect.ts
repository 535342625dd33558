import type { Answer, Asked, Dialect } from "../dialect.ts";
import { type Failure, failureMessage, failureStatus } from "../failure.ts";

export const mailingcore: Dialect = {
  limitHeaders: "X-RateLimit",
  answer(failure: Failure, asked: Asked): Answer {
    const statusCode = failureStatus[failure.code];
    return {
      status: statusCode,
      body: {
        statusCode,
        message: messageOf(failure),
        // Without the query, which may hold people's data.
        path: asked.originalUrl.split("?", 1)[0],
        timestamp: new Date().toISOString(),
      },
    };
  },
};

function messageOf(failure: Failure): string {
  return failure.code === "cannot_reactivate"
    ? `This contact's status is ${failure.current}, which optIn alone cannot undo. After a bounce, send resubscribe: true with the text of the person's consent.`
    : failureMessage(failure);
}
