import { ids, type SegmentFilters } from "./segment-condition.ts";
import { isGroup, type SegmentFilter } from "./segment-filter.ts";

/** Most rules of a segment with those of all segments that it uses, each as often as it is used. */
export const usedRulesLimit = 1000;

/** The segments that a filter uses by itself, each once. */
export function usedSegments(filter: SegmentFilter): string[] {
  return namedIn(filter, "segment");
}

/** The lists that a filter asks for by itself, each once. */
export function usedLists(filter: SegmentFilter): string[] {
  return namedIn(filter, "list");
}

function namedIn({ rules }: SegmentFilter, field: "list" | "segment"): string[] {
  const used = rules.flatMap((member) => {
    if (isGroup(member)) return namedIn(member, field);
    return member.field === field ? ids(member) : [];
  });
  return [...new Set(used)];
}

/** What is wrong with how segments use each other. */
export type UseProblem =
  | { code: "segment_unknown"; id: string }
  /** The way from the segment back to itself, without its beginning: its end is the segment again. */
  | { code: "segment_cycle"; way: readonly string[] }
  | { code: "segment_too_large"; rules: number };

/**
 * Why a segment cannot use those that it names; null if it can.
 * @param segments all segments of the tenant, this one among them as it is to be
 */
export function useProblem(id: string, segments: SegmentFilters): UseProblem | null {
  const sizes = new Map<string, number>();
  const visit = (at: string, way: readonly string[]): UseProblem | null => {
    const filter = segments[at];
    if (filter === undefined) return { code: "segment_unknown", id: at };
    if (sizes.has(at)) return null;
    let size = 0;
    for (const { uses } of occurrences(filter)) {
      size++;
      for (const used of uses) {
        if (used === id || way.includes(used)) return { code: "segment_cycle", way: [...way, used] };
        const problem = visit(used, [...way, used]);
        if (problem !== null) return problem;
        size += sizes.get(used)!;
      }
    }
    sizes.set(at, size);
    return null;
  };
  const problem = visit(id, []);
  if (problem !== null) return problem;
  const rules = sizes.get(id)!;
  return rules > usedRulesLimit ? { code: "segment_too_large", rules } : null;
}

/** The rules of a filter, each with the segments that it uses. */
function occurrences({ rules }: SegmentFilter): { uses: string[] }[] {
  return rules.flatMap((member) => {
    if (isGroup(member)) return occurrences(member);
    return [{ uses: member.field === "segment" ? ids(member) : [] }];
  });
}
