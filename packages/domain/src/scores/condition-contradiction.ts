import { meets, numberOf, type Operand, type Operator, type Tests, timeOf } from "../condition-test.ts";

/** What something empty does not meet. */
const needful = [
  "equals",
  "in",
  "contains",
  "starts_with",
  "ends_with",
  "greater_than",
  "less_than",
  "before",
  "after",
  "is_not_empty",
] as const satisfies readonly Operator[];

function takesEmpty({ equals, in: oneOf }: Tests, operator: Operator): boolean {
  return operator === "equals" ? equals === "" : operator === "in" && oneOf!.includes("");
}

/**
 * Why no value can meet these tests together, as the end of a sentence; null where one might. It finds the plain
 * contradictions and never calls anything impossible that is not.
 * @param alone what the tested value is: one that can be `equals`, or a list of texts, which `contains`
 */
export function neverMet(tests: Tests, alone: "equals" | "contains"): string | null {
  const needing = needful.find((operator) => tests[operator] !== undefined && !takesEmpty(tests, operator));
  if (tests.is_empty === true && needing !== undefined) return `nothing is empty and meets ${needing}`;
  if (tests.is_not_empty === true && tests.equals === "") return "what equals the empty text is empty";
  const { greater_than: above, less_than: below, after, before } = tests;
  if (above !== undefined && below !== undefined && above >= below) {
    return `no number is greater than ${above} and less than ${below}`;
  }
  if (after !== undefined && before !== undefined && timeOf(after) >= timeOf(before)) {
    return `no time is after ${after} and before ${before}`;
  }
  const number = above !== undefined || below !== undefined;
  if (number && (after !== undefined || before !== undefined)) return "nothing is a number and a time";
  if (tests.contains !== undefined && tests.contains === tests.not_contains) {
    return `nothing contains ${tests.contains} and does not contain it`;
  }
  return alone === "contains" ? neverListed(tests) : neverEqual(tests);
}

/** Of a list of texts: some of what must be in it may not be. */
function neverListed({
  contains,
  not_contains: without,
  in: oneOf,
  not_in: noneOf = [],
}: Tests): string | null {
  const barred = (operand: Operand) => operand === without || noneOf.includes(operand);
  if (contains !== undefined && barred(contains)) return `${contains} is wanted and not wanted`;
  return oneOf?.every(barred) === true ? "all that may be among them may not be" : null;
}

/** Of one value, or a list of several: none of those that it may equal meets the rest. */
function neverEqual({ equals, in: oneOf, ...rest }: Tests): string | null {
  if (equals !== undefined) {
    const others = oneOf === undefined ? rest : { ...rest, in: oneOf };
    return meetsSomehow(equals, others) ? null : `what equals ${equals} never meets the other operators`;
  }
  if (oneOf === undefined) return null;
  const possible = oneOf.some((operand) => meetsSomehow(operand, rest) || meetsInList(operand, rest));
  return possible ? null : "none of the values in the list meets the other operators";
}

function meetsSomehow(operand: Operand, rest: Tests): boolean {
  return meets(operand, withoutSpelling(operand, rest)) && !(rest.not_in?.includes(operand) ?? false);
}

/** A list with the operand is found by `in` too, and it may hold what `contains` asks for beside it. */
function meetsInList(operand: Operand, rest: Tests): boolean {
  const list = rest.contains === undefined ? [operand] : [operand, rest.contains];
  return meets(list, withoutSpelling(operand, rest)) && !(rest.not_in?.includes(operand) ?? false);
}

/** A number may be written in many ways, `5` and `5.0`: whatever asks for a text may be met by one of them. */
function withoutSpelling(operand: Operand, rest: Tests): Tests {
  if (numberOf(operand) === null) return rest;
  const {
    contains: _c,
    not_contains: _n,
    starts_with: _s,
    ends_with: _e,
    not_equals,
    not_in: _l,
    ...others
  } = rest;
  return typeof not_equals === "number" ? { ...others, not_equals } : others;
}
