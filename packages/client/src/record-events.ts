import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { TRPCClient } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { withSecondTry } from "./second-try.ts";

/** Something that happened to a mail. */
export type MailEvent = inferRouterInputs<AppRouter>["events"]["record"]["events"][number];

/** What became of events: how many counted, and why the others did not, by their place in the list. */
export type RecordedEvents = inferRouterOutputs<AppRouter>["events"]["record"];

/** Most events of one request. */
const portion = 1000;

/**
 * Sends events, a portion after the other. Each request has an Idempotency-Key, so that one that is sent a second time counts once
 * although its events need not have ids.
 * @throws RosterError when the server refuses, or cannot be reached; the portions in front have counted then
 */
export async function recordEvents(
  trpc: TRPCClient<AppRouter>,
  events: readonly MailEvent[],
  signal?: AbortSignal,
): Promise<RecordedEvents> {
  const sum: RecordedEvents = { accepted: 0, duplicate: 0, failed: 0, errors: [] };
  for (let at = 0; at < events.length; at += portion) {
    const context = { idempotencyKey: newIdempotencyKey() };
    const input = { events: events.slice(at, at + portion) };
    const send = () => trpc.events.record.mutate(input, { context, ...(signal && { signal }) });
    const { accepted, duplicate, failed, errors } = await withSecondTry(send, signal);
    sum.accepted += accepted;
    sum.duplicate += duplicate;
    sum.failed += failed;
    for (const error of errors) sum.errors.push({ ...error, index: at + error.index });
  }
  return sum;
}
