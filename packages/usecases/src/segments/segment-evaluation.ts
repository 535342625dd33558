import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Segment } from "@roster/domain/segments/segment.ts";
import {
  conditionOf,
  type SegmentCondition,
  type SegmentFilters,
} from "@roster/domain/segments/segment-condition.ts";
import { contradictions } from "@roster/domain/segments/segment-contradiction.ts";
import { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import {
  type UseProblem,
  usedLists,
  usedRulesLimit,
  usedSegments,
  useProblem,
} from "@roster/domain/segments/segment-use.ts";
import { holdLists } from "@roster/store/lists/lists.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import { readSegment } from "@roster/store/segments/segment-members.ts";
import { type NamedFilter, reachableSegments, segmentById } from "@roster/store/segments/segments.ts";
import { TookTooLong } from "@roster/store/sql/time-limit.ts";
import { z } from "zod";
import type { Deps } from "../deps.ts";

/** How long finding a segment's contacts may take while a caller waits. */
export const requestMs = 10_000;

/** @throws Refused not_found, also for an id that is none */
export async function storedSegment(sql: Db, { tenantId }: TenantScope, id: string): Promise<Segment> {
  const segment = isUuid(id) ? await segmentById(sql, tenantId, id) : null;
  if (segment === null) throw new Refused({ code: "not_found", what: "segment" });
  return segment;
}

/** @throws Refused invalid, naming each rule that no contact can fulfil */
export function requirePossible(filter: SegmentFilter): void {
  const issues = contradictions(filter);
  if (issues.length > 0) throw new Refused({ code: "invalid", issues });
}

/**
 * That the lists are there for which a filter asks by itself; in a transaction they stay until its end. One that is deleted later
 * has nobody on it.
 * @throws Refused invalid
 */
export async function requireAskedLists(
  sql: Db,
  { tenantId }: TenantScope,
  filter: SegmentFilter,
): Promise<void> {
  const asked = usedLists(filter);
  const held = new Set(asked.length === 0 ? [] : await holdLists(sql, tenantId, asked));
  const unknown = asked.find((id) => !held.has(id));
  if (unknown === undefined) return;
  const message = `There is no list ${unknown}. Name one that is there.`;
  throw new Refused({ code: "invalid", issues: [{ field: "filter", code: "list_unknown", message }] });
}

/**
 * That a segment uses only what is there, not itself, and not too much.
 * @param all the segments that it uses, directly or through others, and itself
 * @throws Refused invalid
 */
export function requireUses({ id, name }: NamedFilter, all: readonly NamedFilter[]): void {
  const problem = useProblem(id, filtersById(all));
  if (problem === null) return;
  const nameOf = (other: string) => all.find((segment) => segment.id === other)?.name ?? other;
  const issue = { field: "filter", code: problem.code, message: useSentence(problem, name, nameOf) };
  throw new Refused({ code: "invalid", issues: [issue] });
}

function useSentence(problem: UseProblem, name: string, nameOf: (id: string) => string): string {
  switch (problem.code) {
    case "segment_unknown":
      return `There is no segment ${problem.id}. Name one that is there.`;
    case "segment_cycle":
      return `${name} would ask for itself, by way of ${problem.way.map(nameOf).join(", ")}. Take that out.`;
    case "segment_too_large":
      return `With those of all segments in it ${name} would have ${problem.rules} rules, and at most ${usedRulesLimit} are evaluated. Take some out.`;
  }
}

function filtersById(segments: readonly NamedFilter[]): SegmentFilters {
  return Object.fromEntries(segments.map(({ id, filter }) => [id, filter]));
}

/** What a filter means at this moment. @throws Refused invalid, where it uses what it cannot */
export async function conditionNow(
  deps: Deps,
  { tenantId }: TenantScope,
  filter: SegmentFilter,
): Promise<SegmentCondition> {
  const used = usedSegments(filter);
  if (used.length === 0) return conditionOf(filter, { now: deps.now() });
  const reached = await reachableSegments(deps.sql, tenantId, used);
  const asked = { id: "", name: "The filter", filter };
  requireUses(asked, [asked, ...reached]);
  return conditionOf(filter, { segments: filtersById(reached), now: deps.now() });
}

/** A segment as it is at one moment, for work that goes on after it was changed or deleted. */
export type SegmentSnapshot = {
  id: string;
  /** Its filter and those that it uses. */
  filters: SegmentFilters;
  at: string;
};
export const SegmentSnapshot: z.ZodType<SegmentSnapshot> = z.object({
  id: z.uuid(),
  filters: z.record(z.uuid(), SegmentFilter),
  at: z.iso.datetime(),
});

/** @throws Refused not_found */
export async function segmentSnapshot(
  deps: Deps,
  sql: Db,
  scope: TenantScope,
  segmentId: string,
): Promise<SegmentSnapshot> {
  const { id } = await storedSegment(sql, scope, segmentId);
  const reached = await reachableSegments(sql, scope.tenantId, [id]);
  return { id, filters: filtersById(reached), at: deps.now().toISOString() };
}

/** What a segment meant when it was taken. */
export function snapshotCondition({ id, filters, at }: SegmentSnapshot): SegmentCondition {
  return conditionOf(filters[id]!, { segments: filters, now: new Date(at) });
}

/** What the segment means now that a selection of contacts names; undefined where it names none. @throws Refused not_found */
export async function segmentOf(
  deps: Deps,
  scope: TenantScope,
  { segmentId }: { segmentId?: string | undefined },
): Promise<SegmentCondition | undefined> {
  if (segmentId === undefined) return undefined;
  return snapshotCondition(await segmentSnapshot(deps, deps.sql, scope, segmentId));
}

/**
 * Reads contacts, in the time that a segment has where there is one among the conditions.
 * @throws Refused invalid, field `segmentId`, where it takes too long
 */
export function readInTime<T>(
  deps: Deps,
  { segment }: { segment?: SegmentCondition | undefined },
  read: (sql: Db) => Promise<T>,
): Promise<T> {
  return segment === undefined ? read(deps.sql) : inTime(deps, read, { field: "segmentId" });
}

/**
 * Looks for the contacts of a segment for as long as that may take.
 * @param field what the caller named the segment by
 * @throws Refused invalid, where it takes too long
 */
export function inTime<T>(
  deps: Deps,
  find: (tx: Tx) => Promise<T>,
  { field, limitMs = requestMs }: { field: string; limitMs?: number },
): Promise<T> {
  return refusedIfTooLong(() => readSegment(deps.sql, limitMs, find), { field, limitMs });
}

/** @throws Refused invalid, where `find` says that it took too long */
export async function refusedIfTooLong<T>(
  find: () => Promise<T>,
  { field, limitMs }: { field: string; limitMs: number },
): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    const message = `Finding these contacts takes longer than the ${limitMs / 1000} s that a segment has. Ask for less, by fewer rules.`;
    throw new Refused({ code: "invalid", issues: [{ field, code: "took_too_long", message }] });
  }
}
