import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { TRPCClient } from "@trpc/client";
import type { inferRouterOutputs } from "@trpc/server";
import { pause } from "./pause.ts";

/** A page of the feed of changes. Keep `cursor` together with what the page was applied to. */
export type ContactChangePage = inferRouterOutputs<AppRouter>["contacts"]["changes"];

export type FollowOptions = {
  /** Where the last page ended; left out, the feed's beginning. */
  cursor?: string;
  /** Whether it waits for further changes instead of ending behind the last one. */
  follow?: boolean;
  /** Before it asks again, in ms. */
  pauseMs?: number;
  /** Most changes of a page, at most 1,000. */
  limit?: number;
  signal?: AbortSignal;
};

/**
 * The pages of changes behind a cursor, up to now or, with `follow`, for ever: those with a change in them, and the last one.
 * @throws RosterError when the server refuses, or cannot be reached: go on later from the last cursor
 */
export async function* contactChanges(
  trpc: TRPCClient<AppRouter>,
  { cursor, follow = false, pauseMs = 2000, limit = 1000, signal }: FollowOptions = {},
): AsyncGenerator<ContactChangePage, void> {
  for (let at = cursor; signal?.aborted !== true; ) {
    const input = { limit, ...(at !== undefined && { cursor: at }) };
    const page = await trpc.contacts.changes.query(input, signal && { signal });
    at = page.cursor;
    const isLast = !page.hasMore && !follow;
    if (page.changes.length > 0 || page.reset || isLast) yield page;
    if (isLast) return;
    if (!page.hasMore) await pause(pauseMs, signal);
  }
}
