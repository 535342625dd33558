import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Segment } from "@roster/domain/segments/segment.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { usedSegments } from "@roster/domain/segments/segment-use.ts";
import type { Tx } from "@roster/store/open.ts";
import {
  allSegments,
  deleteSegment as deleteStored,
  insertSegment,
  lockSegments,
  type NamedFilter,
  segmentPage,
  segmentUsers,
  setSegmentUses,
  updateSegment as updateStored,
} from "@roster/store/segments/segments.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { requireAskedLists, requirePossible, requireUses, storedSegment } from "./segment-evaluation.ts";
import { countIfQuick } from "./segment-members.ts";

const SegmentCursor = z.tuple([z.uuid()]);

/** A page of the segments, the newest first. @throws Refused missing_scope, invalid (the cursor) */
export async function listSegments(
  deps: Deps,
  scope: TenantScope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ segments: Segment[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = cursor === undefined ? undefined : decodeCursor(cursor, SegmentCursor)[0];
  const found = await segmentPage(deps.sql, scope.tenantId, { limit, beforeId });
  const segments = found.slice(0, limit);
  const hasMore = found.length > limit;
  return { segments, hasMore, cursor: hasMore ? encodeCursor([segments.at(-1)!.id]) : null };
}

/** @throws Refused missing_scope, not_found */
export async function getSegment(deps: Deps, scope: TenantScope, id: string): Promise<Segment> {
  requireScope(scope, "contacts:read");
  return storedSegment(deps.sql, scope, id);
}

/**
 * Keeps a segment, and counts its contacts where that does not take long.
 * @param input.filter as `SegmentFilter` reads it
 * @throws Refused missing_scope, name_taken, invalid (a filter that no contact can fulfil, or that uses what it cannot or what is not there)
 */
export async function createSegment(
  deps: Deps,
  scope: TenantScope,
  input: { name: string; filter: SegmentFilter },
): Promise<Segment> {
  requireScope(scope, "contacts:write");
  requirePossible(input.filter);
  const written = { id: deps.newId(), ...input };
  const segment = await deps.sql.begin(async (tx) => {
    await lockSegments(tx, scope.tenantId);
    await requireAskedLists(tx, scope, written.filter);
    await requireUsable(tx, scope, written);
    const inserted = await insertSegment(tx, scope.tenantId, written);
    await setSegmentUses(tx, scope.tenantId, written.id, usedSegments(written.filter));
    return inserted;
  });
  return countIfQuick(deps, scope, segment);
}

/**
 * Gives a segment another name or filter. With another filter it is counted anew where that does not take long.
 * @throws Refused missing_scope, not_found, name_taken, invalid (as `createSegment`, also where segments that use this one
 *   would become too large)
 */
export async function updateSegment(
  deps: Deps,
  scope: TenantScope,
  id: string,
  change: { name?: string | undefined; filter?: SegmentFilter | undefined },
): Promise<Segment> {
  requireScope(scope, "contacts:write");
  if (change.filter !== undefined) requirePossible(change.filter);
  const segment = await deps.sql.begin(async (tx) => {
    await lockSegments(tx, scope.tenantId);
    const before = await storedSegment(tx, scope, id);
    const written = {
      id: before.id,
      name: change.name ?? before.name,
      filter: change.filter ?? before.filter,
    };
    // One that was deleted since has nobody on it, and need not be in the way of another name.
    if (change.filter !== undefined) await requireAskedLists(tx, scope, change.filter);
    await requireUsable(tx, scope, written);
    const updated = await updateStored(tx, scope.tenantId, written);
    await setSegmentUses(tx, scope.tenantId, written.id, usedSegments(written.filter));
    return updated;
  });
  return segment.contactCount === null ? countIfQuick(deps, scope, segment) : segment;
}

/**
 * Deletes a segment; its contacts stay.
 * @throws Refused missing_scope, not_found, in_use (by other segments)
 */
export async function deleteSegment(deps: Deps, scope: TenantScope, id: string): Promise<void> {
  requireScope(scope, "contacts:write");
  await deps.sql.begin(async (tx) => {
    await lockSegments(tx, scope.tenantId);
    const segment = await storedSegment(tx, scope, id);
    const usedBy = await segmentUsers(tx, scope.tenantId, segment.id);
    if (usedBy.length > 0) throw new Refused({ code: "in_use", what: "segment", usedBy });
    await deleteStored(tx, scope.tenantId, segment.id);
  });
}

/**
 * That a segment can have its name, and use the segments that it uses; and that those who use it still can.
 * @throws Refused name_taken, invalid
 */
async function requireUsable(tx: Tx, { tenantId }: TenantScope, written: NamedFilter): Promise<void> {
  const others = (await allSegments(tx, tenantId)).filter(({ id }) => id !== written.id);
  if (others.some(({ name }) => name === written.name)) {
    throw new Refused({ code: "name_taken", what: "segment", name: written.name });
  }
  const all = [written, ...others];
  requireUses(written, all);
  for (const user of usersAmong(others, written.id)) requireUses(user, all);
}

/** Those that use a segment, directly or through others. */
function usersAmong(segments: readonly NamedFilter[], id: string): NamedFilter[] {
  const users = new Set<NamedFilter>();
  const sought = new Set([id]);
  const uses = segments.map((segment) => ({ segment, used: usedSegments(segment.filter) }));
  for (let before = -1; before !== sought.size; ) {
    before = sought.size;
    for (const { segment, used } of uses) {
      if (!used.some((each) => sought.has(each))) continue;
      users.add(segment);
      sought.add(segment.id);
    }
  }
  return [...users];
}
