import type { SegmentFilter, SegmentRule } from "@roster/domain/segments/segment-filter.ts";
import type { AudienceLists } from "./audience-world.ts";

/** How many of the contacts a filter finds: a tenth or more; a few dozen in a million; nobody. */
export const finds = ["many", "few", "nobody"] as const;
export type Finds = (typeof finds)[number];

/** Filters by what they ask, three of each kind. */
export function audienceFilters(
  lists: AudienceLists,
): [kind: string, filters: Record<Finds, SegmentFilter>][] {
  return [
    [
      "status and tag",
      {
        many: all(active, rule("tags", "contains", "newsletter")),
        few: all(active, rule("tags", "contains", "founder")),
        nobody: all(active, rule("tags", "contains", "nobody has it")),
      },
    ],
    [
      "attribute, text",
      {
        many: all(rule("metadata.plan", "equals", "pro")),
        few: all(rule("metadata.renewal", "starts_with", "2027-03-05"), aHundredth),
        nobody: all(rule("metadata.company", "contains", "nobody has it")),
      },
    ],
    [
      "attribute, number",
      {
        many: all(rule("metadata.orders", "greater_than", 79)),
        few: all(aHundredth, rule("metadata.renewal", "equals", "2027-03-05")),
        nobody: all(rule("metadata.orders", "less_than", 0)),
      },
    ],
    [
      "attribute, date",
      {
        many: all(rule("metadata.renewal", "before", "2026-01-01")),
        few: all(
          rule("metadata.renewal", "after", "2027-03-04"),
          rule("metadata.renewal", "before", "2027-03-06"),
          aHundredth,
        ),
        nobody: all(rule("metadata.renewal", "after", "2029-06-01")),
      },
    ],
    [
      "on a list",
      {
        many: all(rule("list", "in", [lists.many])),
        few: all(rule("list", "in", [lists.few])),
        nobody: all(rule("list", "in", [lists.nobody])),
      },
    ],
    [
      "opened in the last days",
      {
        many: all(rule("lastOpenedAt", "after", { daysAgo: 90 })),
        few: all(rule("lastOpenedAt", "after", { daysAgo: 1 }), rule("opened", "equals", 3)),
        nobody: all(rule("lastOpenedAt", "after", { daysAhead: 1 })),
      },
    ],
    [
      "never opened",
      {
        many: all(rule("lastOpenedAt", "is_empty")),
        few: all(rule("lastOpenedAt", "is_empty"), rule("tags", "contains", "founder")),
        nobody: all(rule("lastOpenedAt", "is_empty"), rule("clicked", "greater_than", 0)),
      },
    ],
    [
      "score and tier",
      {
        many: all(rule("tier", "in", ["champion", "loyal"])),
        few: all(rule("score", "greater_than", 70), rule("metadata.renewal", "equals", "2027-03-05")),
        nobody: all(rule("score", "greater_than", 99)),
      },
    ],
    [
      "nested, with not and or",
      {
        many: nested(rule("metadata.plan", "equals", "pro"), lists.many),
        few: nested(all(rule("metadata.renewal", "equals", "2027-03-05"), aHundredth), lists.many),
        nobody: nested(rule("metadata.orders", "less_than", 0), lists.many),
      },
    ],
  ];
}

const rule = (
  field: string,
  operator: SegmentRule["operator"],
  value?: SegmentRule["value"],
): SegmentRule => ({
  field,
  operator,
  value,
});
const all = (...rules: SegmentFilter["rules"]): SegmentFilter => ({ operator: "AND", rules });
const active = rule("status", "equals", "active");
const aHundredth = rule("metadata.orders", "equals", 42);

/** Who is asked for or clicked everything, is not on a list, and was not silent for long. */
const nested = (asked: SegmentRule | SegmentFilter, list: string): SegmentFilter =>
  all(
    active,
    {
      operator: "OR",
      rules: [asked, all(rule("clicked", "greater_than", 7), rule("opened", "less_than", 36))],
    },
    rule("list", "not_in", [list]),
    {
      operator: "OR",
      rules: [rule("lastOpenedAt", "is_empty"), rule("lastOpenedAt", "after", { daysAgo: 180 })],
    },
  );
