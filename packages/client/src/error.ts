import type { AppRouter } from "@roster/api/trpc/router.ts";
import { TRPCClientError } from "@trpc/client";

/**
 * What a failed call throws. The message is for people. `data` is what the server said: `data.httpStatus`, in `data.refusal` the
 * reason as a word for programs, and in `data.details` its particulars. Without `data` there was no answer that could be read.
 */
export type RosterError = TRPCClientError<AppRouter>;

export function isRosterError(error: unknown): error is RosterError {
  return error instanceof TRPCClientError;
}
