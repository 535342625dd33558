import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { defaultSort, listCursor, readListCursor } from "@roster/domain/contacts/contact-sort.ts";
import type { Segment } from "@roster/domain/segments/segment.ts";
import type { SegmentCondition } from "@roster/domain/segments/segment-condition.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { countAllContacts, readSegment, segmentMemberPage } from "@roster/store/segments/segment-members.ts";
import { setSegmentCount } from "@roster/store/segments/segments.ts";
import { TookTooLong } from "@roster/store/sql/time-limit.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import {
  conditionNow,
  inTime,
  requireAskedLists,
  requirePossible,
  storedSegment,
} from "./segment-evaluation.ts";

/** How many of a segment's contacts a preview shows. */
export const sampleContacts = 10;

/** How long a count may take that nobody asked for. */
const unaskedMs = 2000;

export type SegmentPreview = { count: number; sample: StoredContact[] };

/**
 * A page of the contacts that are in a segment now, the newest first.
 * @param query.limit is already within the door's bounds
 * @throws Refused missing_scope, not_found, invalid (a cursor that this server did not make; where it takes too long)
 */
export async function segmentMembers(
  deps: Deps,
  scope: TenantScope,
  id: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ contacts: StoredContact[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const behind = cursor === undefined ? undefined : readListCursor(cursor, defaultSort).key;
  const { filter } = await storedSegment(deps.sql, scope, id);
  const segment = await conditionNow(deps, scope, filter);
  const found = await inTime(
    deps,
    (tx) => segmentMemberPage(tx, scope.tenantId, { segment, limit, behind }),
    { field: "id" },
  );
  const contacts = found.slice(0, limit);
  const hasMore = found.length > limit;
  return { contacts, hasMore, cursor: hasMore ? listCursor(contacts.at(-1)!, defaultSort) : null };
}

/**
 * How many contacts a filter finds now, exactly, and the newest ten of them. It keeps nothing.
 * @throws Refused missing_scope, invalid (a filter that no contact can fulfil, or that names a list or a segment that is not there; where
 *   it takes too long)
 */
export async function previewFilter(
  deps: Deps,
  scope: TenantScope,
  filter: SegmentFilter,
): Promise<SegmentPreview> {
  requireScope(scope, "contacts:read");
  requirePossible(filter);
  await requireAskedLists(deps.sql, scope, filter);
  return previewOf(deps, scope, await conditionNow(deps, scope, filter), "filter");
}

/** The same of a segment that is kept. @throws Refused missing_scope, not_found, invalid (where it takes too long) */
export async function previewSegment(deps: Deps, scope: TenantScope, id: string): Promise<SegmentPreview> {
  requireScope(scope, "contacts:read");
  const { filter } = await storedSegment(deps.sql, scope, id);
  return previewOf(deps, scope, await conditionNow(deps, scope, filter), "id");
}

async function previewOf(
  deps: Deps,
  { tenantId }: TenantScope,
  segment: SegmentCondition,
  field: string,
): Promise<SegmentPreview> {
  return inTime(
    deps,
    async (tx) => {
      const count = await countAllContacts(tx, tenantId, { segment });
      const query = { segment, limit: Math.min(count, sampleContacts) - 1 };
      const found = count === 0 ? [] : await segmentMemberPage(tx, tenantId, query);
      return { count, sample: found };
    },
    { field },
  );
}

/**
 * Counts a segment's contacts anew, and keeps the count.
 * @throws Refused missing_scope, not_found, invalid (where it takes too long)
 */
export async function refreshSegment(deps: Deps, scope: TenantScope, id: string): Promise<Segment> {
  requireScope(scope, "contacts:write");
  const segment = await storedSegment(deps.sql, scope, id);
  const condition = await conditionNow(deps, scope, segment.filter);
  const count = await inTime(deps, (tx) => countAllContacts(tx, scope.tenantId, { segment: condition }), {
    field: "id",
  });
  return keepCount(deps, scope, segment, count);
}

/** A segment that was written just now, with its count if that takes no time; a refresh may take longer. */
export async function countIfQuick(deps: Deps, scope: TenantScope, segment: Segment): Promise<Segment> {
  const condition = await conditionNow(deps, scope, segment.filter);
  try {
    const count = await readSegment(deps.sql, unaskedMs, (tx) =>
      countAllContacts(tx, scope.tenantId, { segment: condition }),
    );
    return await keepCount(deps, scope, segment, count);
  } catch (error) {
    if (error instanceof TookTooLong) return segment;
    throw error;
  }
}

/** What has another filter meanwhile, or is gone, is told as it is. */
async function keepCount(
  deps: Deps,
  scope: TenantScope,
  { id, filter }: Segment,
  count: number,
): Promise<Segment> {
  const counted = await setSegmentCount(deps.sql, scope.tenantId, { id, filter, count });
  return counted ?? storedSegment(deps.sql, scope, id);
}
