import type { Status } from "../contacts/status.ts";
import type { Tier } from "../scores/score.ts";
import { foldedText } from "./folded-text.ts";
import {
  type NamedField,
  type NumberSegmentField,
  namedField,
  type SegmentOperator,
  type TextSegmentField,
  type TimeSegmentField,
} from "./segment-field.ts";
import { isGroup, type SegmentFilter, type SegmentRule } from "./segment-filter.ts";
import { isRelativeTime, type RelativeTime, type Stretch, stretchOf } from "./segment-time.ts";

/** How a text is compared; `is` with any of several. */
export type TextHow = "is" | "contains" | "starts" | "ends";
export type NumberHow = "is" | "above" | "below";

/** Where a test finds what it looks at: in a field, or in an attribute. */
export type Source<Field extends string> = { field: Field } | { attribute: string };

/** One question with everything settled: letters folded, times in ms since 1970, the kind of comparison chosen. */
export type SegmentTest =
  | { test: "text"; of: Source<TextSegmentField>; how: TextHow; any: readonly string[] }
  | { test: "number"; of: Source<NumberSegmentField>; how: NumberHow; any: readonly number[] }
  | { test: "time"; of: Source<TimeSegmentField>; stretch: Stretch }
  | { test: "filled"; of: Source<TextSegmentField | TimeSegmentField | "tags"> }
  | { test: "tags"; how: TextHow; any: readonly string[] }
  | { test: "status"; any: readonly Status[] }
  | { test: "tier"; any: readonly Tier[] }
  | { test: "list"; any: readonly string[] };

/**
 * What a contact has to be: tests joined by and, or and not. It is what both ways of evaluating a segment read, `holds` and the
 * store's SQL. A test is true or false of every contact, never unknown: what is not there is not equal, not above and not below.
 */
export type SegmentCondition =
  | { all: readonly SegmentCondition[] }
  | { any: readonly SegmentCondition[] }
  | { not: SegmentCondition }
  | SegmentTest;

/** Filters of segments by id. */
export type SegmentFilters = Readonly<Record<string, SegmentFilter>>;

/** The filter of a segment that others use was not handed over: a bug, or a cycle that was let in. */
export class SegmentMissing extends Error {}

/**
 * The condition that a filter means at a moment.
 * @param segments the filters of all segments that it uses, and those that these use; without a cycle (see `segment-use.ts`)
 * @throws SegmentMissing
 */
export function conditionOf(
  filter: SegmentFilter,
  { segments = {}, now }: { segments?: SegmentFilters; now: Date },
): SegmentCondition {
  const members = filter.rules.map((member) =>
    isGroup(member) ? conditionOf(member, { segments, now }) : ruleCondition(member, segments, now),
  );
  return filter.operator === "AND" ? { all: members } : { any: members };
}

/** The opposite of each negative operator. */
const opposites: Partial<Record<SegmentOperator, SegmentOperator>> = {
  not_equals: "equals",
  not_contains: "contains",
  not_in: "in",
  is_empty: "is_not_empty",
};

function ruleCondition(rule: SegmentRule, segments: SegmentFilters, now: Date): SegmentCondition {
  const opposite = opposites[rule.operator];
  if (opposite !== undefined) return { not: ruleCondition({ ...rule, operator: opposite }, segments, now) };
  const named = namedField(rule.field)!;
  if (named.kind === "ids") {
    return named.field === "list"
      ? { test: "list", any: ids(rule) }
      : { any: ids(rule).map((id) => segmentCondition(id, segments, now)) };
  }
  return testOf(rule, named, now);
}

function segmentCondition(id: string, segments: SegmentFilters, now: Date): SegmentCondition {
  const filter = segments[id];
  if (filter === undefined) throw new SegmentMissing(id);
  return conditionOf(filter, { segments, now });
}

/** The ids that a rule about lists or segments names, as they are kept. */
export function ids({ value }: SegmentRule): string[] {
  return list(value).map((id) => String(id).toLowerCase());
}

type AskedField = Exclude<NamedField, { kind: "ids" }>;

function testOf(rule: SegmentRule, named: AskedField, now: Date): SegmentCondition {
  const { operator, value } = rule;
  switch (named.kind) {
    case "status":
      return { test: "status", any: list(value) as Status[] };
    case "tier":
      return { test: "tier", any: list(value) as Tier[] };
    case "number":
      return numberTest({ field: named.field }, rule);
    case "tags":
      if (operator === "is_not_empty") return { test: "filled", of: { field: "tags" } };
      // To contain a tag is to have it, not to have another one with these letters in it.
      return {
        test: "tags",
        how: operator === "contains" ? "is" : textHow(operator),
        any: list(value) as string[],
      };
    case "time":
      return operator === "is_not_empty"
        ? { test: "filled", of: { field: named.field } }
        : timeTest({ field: named.field }, rule, now);
    case "text":
      return operator === "is_not_empty"
        ? { test: "filled", of: { field: named.field } }
        : textTest({ field: named.field }, rule);
    case "attribute":
      return attributeTest({ attribute: named.key }, rule, now);
  }
}

/** The value says as what an attribute is read: a number, a time, or else a text, as which `true` and `false` are kept too. */
function attributeTest(of: { attribute: string }, rule: SegmentRule, now: Date): SegmentCondition {
  const { operator, value } = rule;
  if (operator === "is_not_empty") return { test: "filled", of };
  if (operator === "before" || operator === "after" || isRelativeTime(value)) return timeTest(of, rule, now);
  const items = list(value);
  const numbers = items.filter((item) => typeof item === "number");
  const texts = items.filter((item) => typeof item !== "number").map(String);
  const tests: SegmentTest[] = [];
  if (numbers.length > 0) tests.push(numberTest(of, { ...rule, value: numbers }));
  if (texts.length > 0) tests.push(textTest(of, { ...rule, value: texts }));
  return tests.length === 1 ? tests[0]! : { any: tests };
}

function textTest(of: Source<TextSegmentField>, { operator, value }: SegmentRule): SegmentTest {
  return {
    test: "text",
    of,
    how: textHow(operator),
    any: list(value).map((text) => foldedText(String(text))),
  };
}

function numberTest(of: Source<NumberSegmentField>, { operator, value }: SegmentRule): SegmentTest {
  const how = operator === "greater_than" ? "above" : operator === "less_than" ? "below" : "is";
  return { test: "number", of, how, any: list(value).map(Number) };
}

function timeTest(of: Source<TimeSegmentField>, { operator, value }: SegmentRule, now: Date): SegmentTest {
  const asked = operator as "equals" | "before" | "after";
  return { test: "time", of, stretch: stretchOf(asked, value as string | RelativeTime, now.getTime()) };
}

function textHow(operator: SegmentOperator): TextHow {
  if (operator === "starts_with") return "starts";
  if (operator === "ends_with") return "ends";
  return operator === "contains" ? "contains" : "is";
}

function list(value: SegmentRule["value"]): readonly (string | number | boolean)[] {
  if (Array.isArray(value)) return value;
  return [value as string | number | boolean];
}
