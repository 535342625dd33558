import { z } from "zod";
import type { Json } from "./contacts/attributes.ts";
import { StorableText } from "./text/storable-text.ts";

/** What a condition compares with: a text, a number, or yes or no. */
export const Operand = z.union([StorableText.max(255), z.number(), z.boolean()]);
export type Operand = z.infer<typeof Operand>;

const text = StorableText.min(1).max(255);
const timeMessage = "Write a time as 2026-01-31T12:00:00Z, or a date as 2026-01-31.";
const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()], { error: timeMessage });
const some = z.array(Operand).min(1, "An empty list is never met. Name at least one value.").max(100);
const affirmed = z.literal(true, "Write true; for the opposite there is an operator of its own.");

/** The operators and what each compares with. */
export const operators = {
  equals: Operand,
  not_equals: Operand,
  in: some,
  not_in: some,
  contains: text,
  not_contains: text,
  starts_with: text,
  ends_with: text,
  greater_than: z.number(),
  less_than: z.number(),
  before: time,
  after: time,
  is_empty: affirmed,
  is_not_empty: affirmed,
} as const;
export type Operator = keyof typeof operators;

/** Tests of one value, all of which have to be met. */
export type Tests = { [O in Operator]?: z.infer<(typeof operators)[O]> | undefined };

/**
 * Whether a value meets every test. A value that is not there is empty and meets what is negative: it does not equal anything,
 * nor is it in any list. Numbers and yes or no are the same as their texts, as they come out of files; texts compare exactly.
 * What cannot be compared (a text as a number, a list as a time) is not met.
 * @param value of a list, `contains` asks for an item, and `in` for at least one of its items
 */
export function meets(value: Json | undefined, tests: Tests): boolean {
  return (Object.keys(tests) as Operator[]).every((operator) => {
    const operand = tests[operator];
    return operand === undefined || judges[operator](value ?? null, operand as never);
  });
}

const judges: { [O in Operator]: (value: Json, operand: NonNullable<Tests[O]>) => boolean } = {
  equals: same,
  not_equals: (value, operand) => !same(value, operand),
  in: within,
  not_in: (value, operands) => !within(value, operands),
  contains: has,
  not_contains: (value, operand) => !has(value, operand),
  starts_with: (value, operand) => textOf(value)?.startsWith(operand) ?? false,
  ends_with: (value, operand) => textOf(value)?.endsWith(operand) ?? false,
  greater_than: (value, operand) => (numberOf(value) ?? Number.NaN) > operand,
  less_than: (value, operand) => (numberOf(value) ?? Number.NaN) < operand,
  before: (value, operand) => timeOf(value) < timeOf(operand),
  after: (value, operand) => timeOf(value) > timeOf(operand),
  is_empty: isEmpty,
  is_not_empty: (value) => !isEmpty(value),
};

function same(value: Json, operand: Operand): boolean {
  if (typeof operand === "number") return numberOf(value) === operand;
  const text = textOf(value);
  return text !== null && text === String(operand);
}

function within(value: Json, operands: readonly Operand[]): boolean {
  const items: readonly Json[] = Array.isArray(value) ? value : [value];
  return items.some((item) => operands.some((operand) => same(item, operand)));
}

function has(value: Json, operand: string): boolean {
  if (Array.isArray(value)) return value.some((item) => same(item, operand));
  return textOf(value)?.includes(operand) ?? false;
}

function isEmpty(value: Json): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function textOf(value: Json): string | null {
  return value === null || typeof value === "object" ? null : String(value);
}

const numeral = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** A number, also one that is written in a text; null for anything else. */
export function numberOf(value: Json): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeral.test(value) ? Number(value) : null;
}

const isoTime = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Milliseconds since 1970 of a date or time in ISO 8601, in UTC where it names no zone; NaN for anything else. */
export function timeOf(value: Json): number {
  if (typeof value !== "string" || !isoTime.test(value)) return Number.NaN;
  const zoned = value.length === 10 || /(Z|[+-]\d\d:?\d\d)$/.test(value.slice(10)) ? value : `${value}Z`;
  return Date.parse(zoned.replace(" ", "T"));
}
