import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kept, manySubjects, now, relatedRules } from "../../test/segment-world.ts";
import { contradictions } from "./segment-contradiction.ts";
import type { SegmentFilter } from "./segment-filter.ts";
import { matches } from "./segment-match.ts";

type Written = [field: string, operator: string, value?: unknown];

function all(...rules: Written[]): SegmentFilter {
  return kept({
    operator: "AND",
    rules: rules.map(([field, operator, value]) => ({
      field,
      operator,
      ...(value !== undefined && { value }),
    })),
  });
}
const id = "0190c8f0-0000-7000-8000-00000000aaaa";

describe("rules that no contact can fulfil are named", () => {
  test.each<[string, SegmentFilter, string[]]>([
    [
      "two statuses",
      all(["status", "equals", "active"], ["status", "equals", "bounced"]),
      ["filter.rules.1"],
    ],
    [
      "no status is left",
      all(
        ["status", "not_in", ["active", "bounced", "complained"]],
        ["status", "not_equals", "unsubscribed"],
      ),
      ["filter.rules.1"],
    ],
    ["a score above 100", all(["score", "greater_than", 100]), ["filter.rules.0"]],
    ["half a point", all(["score", "equals", 50.5]), ["filter.rules.0"]],
    [
      "a score between neighbours",
      all(["score", "greater_than", 3], ["score", "less_than", 4]),
      ["filter.rules.1"],
    ],
    ["fewer than no mails", all(["opened", "less_than", 0]), ["filter.rules.0"]],
    ["more and fewer", all(["sent", "greater_than", 9], ["sent", "less_than", 5]), ["filter.rules.1"]],
    ["two tiers", all(["tier", "equals", "loyal"], ["tier", "equals", "dormant"]), ["filter.rules.1"]],
    ["two names", all(["firstName", "equals", "Ann"], ["firstName", "equals", "Bob"]), ["filter.rules.1"]],
    [
      "a name and its part that it must not have",
      all(["name", "equals", "ANNA"], ["name", "not_contains", "nn"]),
      ["filter.rules.1"],
    ],
    ["empty and not", all(["phone", "is_empty"], ["phone", "starts_with", "+49"]), ["filter.rules.1"]],
    ["no address", all(["email", "is_empty"]), ["filter.rules.0"]],
    ["never made", all(["createdAt", "is_empty"]), ["filter.rules.0"]],
    [
      "before and after",
      all(["createdAt", "before", "2026-01-01"], ["createdAt", "after", "2026-01-01"]),
      ["filter.rules.1"],
    ],
    [
      "days that have passed each other",
      all(["lastOpenedAt", "after", { daysAgo: 7 }], ["lastOpenedAt", "before", { daysAgo: 30 }]),
      ["filter.rules.1"],
    ],
    [
      "a tag and not",
      all(["tags", "contains", "vip"], ["tags", "not_in", ["vip", "old"]]),
      ["filter.rules.1"],
    ],
    ["a tag and none", all(["tags", "in", ["a", "b"]], ["tags", "is_empty"]), ["filter.rules.1"]],
    ["in it and not", all(["segment", "in", [id]], ["segment", "not_in", [id]]), ["filter.rules.1"]],
    [
      "an attribute and not",
      all(["metadata.plan", "equals", "pro"], ["metadata.plan", "not_equals", "PRO"]),
      ["filter.rules.1"],
    ],
    [
      "no attribute and some",
      all(["metadata.n", "is_empty"], ["metadata.n", "greater_than", 3]),
      ["filter.rules.1"],
    ],
  ])("%s", (_what, filter, places) => {
    expect(contradictions(filter).map(({ field }) => field)).toEqual(places);
  });

  test("inside other groups, and across groups that all have to hold", () => {
    const [active, bounced] = all(["status", "equals", "active"], ["status", "equals", "bounced"]).rules;
    const [email] = all(["email", "contains", "@x"]).rules;
    const and = (...rules: SegmentFilter["rules"]) => ({ operator: "AND" as const, rules });
    const or = (...rules: SegmentFilter["rules"]) => ({ operator: "OR" as const, rules });
    const places = (filter: SegmentFilter) => contradictions(filter).map(({ field }) => field);
    expect(places(or(email!, and(active!, bounced!)))).toEqual(["filter.rules.1.rules.1"]);
    expect(places(and(active!, and(email!, and(bounced!))))).toEqual(["filter.rules.1.rules.1.rules.0"]);
    expect(places(and(active!, or(bounced!)))).toEqual(["filter.rules.1.rules.0"]);
    expect(places(or(active!, bounced!))).toEqual([]);
    expect(places(and(active!, or(bounced!, email!)))).toEqual([]);
  });
});

test("the words say which rules they are", () => {
  const [issue] = contradictions(all(["status", "equals", "active"], ["status", "in", ["bounced"]]));
  expect(issue).toEqual({
    field: "filter.rules.1",
    code: "never_matches",
    message:
      'No contact can ever be so: status equals "active" and status in ["bounced"]. Change it, or take it out.',
  });
});

test.each<[string, SegmentFilter]>([
  ["neighbouring scores", all(["score", "greater_than", 3], ["score", "less_than", 5])],
  [
    "parts of a name",
    all(["name", "contains", "a"], ["name", "not_contains", "b"], ["name", "ends_with", "c"]),
  ],
  ["several tags", all(["tags", "equals", "a"], ["tags", "equals", "b"], ["tags", "not_equals", "c"])],
  ["several values of an attribute", all(["metadata.n", "greater_than", 5], ["metadata.n", "less_than", 3])],
  [
    "an attribute of two values",
    all(["metadata.plan", "equals", "pro"], ["metadata.plan", "equals", "free"]),
  ],
  [
    "a time that is not yet behind a day",
    all(["lastOpenedAt", "after", "2040-01-01"], ["lastOpenedAt", "before", { daysAgo: 30 }]),
  ],
  [
    "a day and a moment in it",
    all(["lastOpenedAt", "equals", { daysAgo: 3 }], ["lastOpenedAt", "before", { daysAgo: 3 }]),
  ],
])("what may be is not refused: %s", (_what, filter) => {
  expect(contradictions(filter)).toEqual([]);
});

test("whatever is called impossible matches nobody", () => {
  const [subjects] = fc.sample(manySubjects(100), { numRuns: 1, seed: 5 });
  const flat = relatedRules.map((rules): SegmentFilter => ({ operator: "AND", rules }));
  let impossible = 0;
  fc.assert(
    fc.property(flat, (written) => {
      const filter = kept(written);
      if (contradictions(filter).length === 0) return;
      impossible++;
      expect(subjects!.filter((subject) => matches(filter, subject, now))).toEqual([]);
    }),
    { numRuns: 1500, seed: 7 },
  );
  expect(impossible).toBeGreaterThan(100);
});
