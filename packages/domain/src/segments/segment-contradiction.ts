import type { StoredContact } from "../contacts/contact.ts";
import { Status } from "../contacts/status.ts";
import { noEngagement } from "../events/engagement.ts";
import type { FieldIssue } from "../refusal.ts";
import { scoreWithoutEvents, Tier, tierScores } from "../scores/score.ts";
import { conditionOf, type SegmentTest } from "./segment-condition.ts";
import { type NamedField, namedField, type SegmentFieldKind } from "./segment-field.ts";
import { isGroup, type SegmentFilter, type SegmentRule } from "./segment-filter.ts";
import { holds, type SegmentSubject } from "./segment-match.ts";
import { isRelativeTime } from "./segment-time.ts";

const midnight = new Date("2026-01-02T00:00:00.000Z");
const lastMoment = new Date("2026-01-02T23:59:59.999Z");

type PlacedRule = { rule: SegmentRule; place: string };

/**
 * The rules of a filter that no contact can ever fulfil, alone or together with others that have to hold with them. It finds
 * what is clear: rules about one field. Whatever it names is impossible; not everything that is impossible is named.
 * @param place the name of the filter in the request
 */
export function contradictions(filter: SegmentFilter, place = "filter"): FieldIssue[] {
  return inGroup(filter, place, false);
}

function inGroup({ operator, rules }: SegmentFilter, place: string, isPartOfAnd: boolean): FieldIssue[] {
  const isAnd = operator === "AND" || rules.length === 1;
  const inMembers = rules.flatMap((member, i) => {
    const at = `${place}.rules.${i}`;
    if (isGroup(member)) return inGroup(member, at, isAnd);
    return isImpossible([member]) ? [issueOf([{ rule: member, place: at }])] : [];
  });
  // Of groups inside each other that are all of AND, the outermost has all their rules.
  if (!isAnd || isPartOfAnd || inMembers.length > 0) return inMembers;
  return [...byField(conjuncts(rules, place)).values()].flatMap((placed) => {
    const conflict = conflictIn(placed);
    return conflict === null ? [] : [issueOf(conflict)];
  });
}

/** The rules that all have to hold where a group has to. */
function conjuncts(members: SegmentFilter["rules"], place: string): PlacedRule[] {
  return members.flatMap((member, i) => {
    const at = `${place}.rules.${i}`;
    if (!isGroup(member)) return [{ rule: member, place: at }];
    return member.operator === "AND" || member.rules.length === 1 ? conjuncts(member.rules, at) : [];
  });
}

function byField(placed: readonly PlacedRule[]): Map<string, PlacedRule[]> {
  return Map.groupBy(placed, ({ rule }) => rule.field);
}

/** More values than these of one rule, or rules about one field, are no clear case; and each is held against each. */
const clearValues = 100;
const clearRules = 20;

/** The two rules that contradict each other; else all of them, if they do so together; null if they do not. */
function conflictIn(placed: readonly PlacedRule[]): PlacedRule[] | null {
  if (placed.length > clearRules) return null;
  for (const [i, second] of placed.entries()) {
    for (const first of placed.slice(0, i)) {
      if (isImpossible([first.rule, second.rule])) return [first, second];
    }
  }
  // Times that move with the clock are compared two by two: more of them may meet some day between two days when they do not.
  const isTime = namedField(placed[0]!.rule.field)!.kind === "time";
  return !isTime && isImpossible(placed.map(({ rule }) => rule)) ? [...placed] : null;
}

function issueOf(conflict: readonly PlacedRule[]): FieldIssue {
  const said = conflict.map(({ rule: { field, operator, value } }) =>
    [field, operator, ...(value === undefined ? [] : [JSON.stringify(value)])].join(" "),
  );
  const message = `No contact can ever be so: ${said.join(" and ")}. Change it, or take it out.`;
  return { field: conflict.at(-1)!.place, code: "never_matches", message };
}

/** Whether no contact fulfils all of these rules, which are about one field. */
function isImpossible(rules: readonly SegmentRule[]): boolean {
  if (rules.some((rule) => valuesOf(rule).length > clearValues)) return false;
  const named = namedField(rules[0]!.field)!;
  if (named.kind === "time") return isImpossibleTime(rules, named.field);
  if (isManyValued(named.kind)) return isImpossibleAmongMany(rules, named);
  const witnesses = witnessesOf(rules, named);
  return witnesses !== null && !anyFulfils(witnesses, rules);
}

function anyFulfils(
  subjects: readonly SegmentSubject[],
  rules: readonly SegmentRule[],
  now = midnight,
): boolean {
  const condition = conditionOf({ operator: "AND", rules }, { now });
  return subjects.some((subject) => holds(condition, subject));
}

/** Contacts of whom one fulfils the rules if anybody does; null where there are too many. */
function witnessesOf(rules: readonly SegmentRule[], named: NamedField): SegmentSubject[] | null {
  switch (named.kind) {
    case "status":
      return Status.options.map((status) => person({ status }));
    case "tier":
      return Tier.options.map((tier) => person({ score: tierScores[tier].from }));
    case "number": {
      const { field } = named;
      if (field === "score") {
        return Array.from({ length: 101 }, (_, score) => person({ score }));
      }
      // Between two numbers that rules name, each whole one is as good as the next.
      return turningPoints(rules).map((n) => ({ ...nobody, engagement: { ...noEngagement, [field]: n } }));
    }
    case "text": {
      const { field } = named;
      const isEmpty = rules.some(({ operator }) => operator === "is_empty");
      // An address is never missing.
      if (isEmpty) return field === "email" ? [] : [nobody];
      const one = rules.find(({ operator }) => operator === "equals" || operator === "in");
      return one === undefined ? null : valuesOf(one).map((text) => person({ [field]: text }));
    }
    default:
      return null;
  }
}

function turningPoints(rules: readonly SegmentRule[]): number[] {
  const near = rules.flatMap(valuesOf).flatMap((value) => {
    const n = Math.floor(Number(value));
    return [n - 1, n, n + 1];
  });
  return [0, ...near].filter((n) => n >= 0);
}

/**
 * Times are compared where all move with the clock or none does: what does not meet today may meet one day. A day that moves
 * begins at midnight and a moment does not, so that the hour matters; at its ends it is decided for all of them.
 */
function isImpossibleTime(
  rules: readonly SegmentRule[],
  field: Extract<NamedField, { kind: "time" }>["field"],
): boolean {
  const values = rules.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.some(isRelativeTime) && !values.every(isRelativeTime)) return false;
  const isOwn = field === "createdAt" || field === "updatedAt";
  return [midnight, lastMoment].every((now) => {
    const instants = rules.flatMap((rule) => endsOf(rule, now)).flatMap((ms) => [ms - 1, ms]);
    // Any time at all, where only emptiness is asked for.
    const times = [now.getTime(), ...instants].map((ms) => new Date(ms));
    const witnesses = isOwn
      ? times.map((at) => person({ [field]: at }))
      : [null, ...times].map((at) => ({ ...nobody, engagement: { ...noEngagement, [field]: at } }));
    return !anyFulfils(witnesses, rules, now);
  });
}

/** Where a rule's answer changes. */
function endsOf(rule: SegmentRule, now: Date): number[] {
  return testsOf(rule, now).flatMap(({ test }) => {
    if (test.test !== "time") return [];
    const { from, until } = test.stretch;
    return [from, until].filter((end) => end !== null);
  });
}

/** What a rule asks; `isNegative` where the answer has to be no. Nothing where it is more than one question. */
function testsOf(rule: SegmentRule, now = midnight): { test: SegmentTest; isNegative: boolean }[] {
  const condition = conditionOf({ operator: "AND", rules: [rule] }, { now });
  const [only] = "all" in condition ? condition.all : [];
  if (only === undefined) return [];
  const isNegative = "not" in only;
  const asked = isNegative ? only.not : only;
  return "test" in asked ? [{ test: asked, isNegative }] : [];
}

function isManyValued(kind: SegmentFieldKind): boolean {
  return kind === "tags" || kind === "ids" || kind === "attribute";
}

/**
 * Of tags, lists and attributes a contact may have several, so that only what it must not have can contradict what it must:
 * each of the values of which it must have one is among those that it must not have.
 */
function isImpossibleAmongMany(rules: readonly SegmentRule[], named: NamedField): boolean {
  // Ids are had or not, as tags are.
  const asked = named.kind === "ids" ? rules.map((rule) => ({ ...rule, field: "tags" })) : rules;
  const placed = asked.flatMap((rule) => testsOf(rule).map((asks) => ({ rule, ...asks })));
  const wanted = placed.filter(({ isNegative }) => !isNegative);
  const unwanted = placed.filter(({ isNegative }) => isNegative);
  if (wanted.length > 0 && unwanted.some(({ test }) => test.test === "filled")) return true;
  return wanted.some(({ rule, test }) => {
    if (!("how" in test) || test.how !== "is") return false;
    const against = unwanted.filter((other) => other.test.test === test.test);
    if (against.length === 0) return false;
    return valuesOf(rule).every((value) => {
      const witness =
        named.kind === "attribute"
          ? person({ attributes: { [named.key]: value } })
          : person({ tags: [String(value)] });
      return !anyFulfils(
        [witness],
        against.map((other) => other.rule),
      );
    });
  });
}

function valuesOf({ value }: SegmentRule): readonly (string | number | boolean)[] {
  if (value === undefined || isRelativeTime(value)) return [];
  return Array.isArray(value) ? value : [value];
}

const nobody: SegmentSubject = {
  contact: {
    id: "",
    number: 0,
    email: "",
    externalId: null,
    name: null,
    firstName: null,
    lastName: null,
    phone: null,
    locale: null,
    tags: [],
    attributes: {},
    status: "active",
    consent: null,
    source: null,
    version: 1,
    createdJob: null,
    score: scoreWithoutEvents,
    createdAt: midnight,
    updatedAt: midnight,
  },
  engagement: noEngagement,
  lists: new Set(),
};

function person(facts: Partial<StoredContact>): SegmentSubject {
  return { ...nobody, contact: { ...nobody.contact, ...facts } };
}
