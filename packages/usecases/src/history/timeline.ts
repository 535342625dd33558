import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { TimelineEntry } from "@roster/domain/history/timeline.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { timelinePage } from "@roster/store/history/timeline.ts";
import { z } from "zod";
import { type ContactRef, getContact } from "../contacts/contacts.ts";
import type { Deps } from "../deps.ts";

const TimelineCursor = z.tuple([
  z.iso.datetime().transform((text) => new Date(text)),
  z.enum([
    "created",
    "status_changed",
    "changed_by_job",
    "event",
    "merged",
    "merge_undone",
  ] satisfies TimelineEntry["kind"][]),
  z.uuid(),
]);

/**
 * A page of what happened to a contact, newest first: its beginning, its changes of status, the jobs that changed it, its merges,
 * and its events. Jobs are known for as long as they can be undone, events for as long as they are kept; the rest for as long as
 * the contact is there.
 * @throws Refused missing_scope, not_found (the contact), invalid (the cursor)
 */
export async function listTimeline(
  deps: Deps,
  scope: TenantScope,
  ref: ContactRef,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ entries: TimelineEntry[]; cursor: string | null; hasMore: boolean }> {
  const { id } = await getContact(deps, scope, ref);
  const place = cursor === undefined ? undefined : decodeCursor(cursor, TimelineCursor);
  const behind = place && { at: place[0], kind: place[1], key: place[2] };
  const found = await timelinePage(deps.sql, scope.tenantId, id, { limit, behind });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const hasMore = found.length > limit;
  return {
    entries: page.map(({ entry }) => entry),
    hasMore,
    cursor: hasMore && last ? encodeCursor([last.at.toISOString(), last.kind, last.key]) : null,
  };
}
