import { isUuid } from "../contacts/contact-id.ts";
import { namedField, operatorsOf, type SegmentFieldKind, segmentFields, wordsOf } from "./segment-field.ts";
import type { SegmentRule, SegmentValue } from "./segment-filter.ts";
import { isRelativeTime, readTimeText } from "./segment-time.ts";

/** What is wrong with a rule, in which of its parts. */
export type RuleProblem = { at: "field" | "operator" | "value"; code: string; message: string };

/** Why a rule cannot be asked; null if it can. */
export function ruleProblem({ field, operator, value }: SegmentRule): RuleProblem | null {
  const named = namedField(field);
  if (named === null) {
    const fields = [...Object.keys(segmentFields), "metadata.<name>"].join(", ");
    return {
      at: "field",
      code: "field_unknown",
      message: `There is no such field. The fields are ${fields}.`,
    };
  }
  const operators = operatorsOf[named.kind];
  if (!operators.includes(operator)) {
    const message = `${field} cannot be asked so. It takes ${operators.join(", ")}.`;
    return { at: "operator", code: "operator_not_for_field", message };
  }
  const message = valueProblem(named.kind, operator, value);
  return message === null ? null : { at: "value", code: "value_not_for_operator", message };
}

function valueProblem(
  kind: SegmentFieldKind,
  operator: SegmentRule["operator"],
  value: SegmentValue | undefined,
): string | null {
  if (operator === "is_empty" || operator === "is_not_empty") {
    return value === undefined ? null : `${operator} compares with nothing. Leave value out.`;
  }
  if (operator === "in" || operator === "not_in") {
    if (!isList(value)) return `${operator} takes a list of values.`;
    for (const item of value) {
      const problem = itemProblem(kind, item);
      if (problem !== null) return problem;
    }
    return null;
  }
  if (value === undefined || isList(value)) return `${operator} takes one value.`;
  switch (operator) {
    case "before":
    case "after":
      return isTime(value) ? null : timeMessage;
    case "greater_than":
    case "less_than":
      return typeof value === "number" ? null : "Send a number. Times are compared by before and after.";
    case "contains":
    case "not_contains":
    case "starts_with":
    case "ends_with":
      return typeof value === "string" ? null : "Send a text.";
    default:
      if (kind === "time") return isTime(value) ? null : timeMessage;
      // An attribute may be a time that moves: everything else is one item.
      if (isRelativeTime(value)) return kind === "attribute" ? null : "Send one value, not a time.";
      return itemProblem(kind, value);
  }
}

const timeMessage =
  'Send a day as 2026-01-31, a time as 2026-01-31T12:00:00Z, {"daysAgo": 30} or {"daysAhead": 30}.';

function itemProblem(kind: SegmentFieldKind, item: string | number | boolean): string | null {
  switch (kind) {
    case "number":
      return typeof item === "number" ? null : "Send a number.";
    case "status":
    case "tier":
      return (wordsOf[kind] as readonly unknown[]).includes(item)
        ? null
        : `Write ${wordsOf[kind].join(", ")}.`;
    case "ids":
      return typeof item === "string" && isUuid(item) ? null : "Send an id, a UUID.";
    case "attribute":
      return null;
    default:
      return typeof item === "string" ? null : "Send a text.";
  }
}

function isTime(value: Exclude<SegmentValue, unknown[]>): boolean {
  return typeof value === "string" ? readTimeText(value) !== null : isRelativeTime(value);
}

function isList(value: SegmentValue | undefined): value is Extract<SegmentValue, unknown[]> {
  return Array.isArray(value);
}
