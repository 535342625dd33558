import fc from "fast-check";
import type { Json } from "../src/contacts/attributes.ts";
import { Status } from "../src/contacts/status.ts";
import { noEngagement } from "../src/events/engagement.ts";
import { scoreWithoutEvents, Tier } from "../src/scores/score.ts";
import {
  namedField,
  operatorsOf,
  type SegmentFieldKind,
  segmentFields,
} from "../src/segments/segment-field.ts";
import { SegmentFilter, type SegmentRule } from "../src/segments/segment-filter.ts";
import type { SegmentSubject } from "../src/segments/segment-match.ts";
import { isStorable } from "../src/text/text.ts";

/** When everything is evaluated. */
export const now = new Date("2026-02-28T23:30:00.500Z");

const some = fc.constantFrom;

/** Few texts, so that rules meet contacts, and of every kind that a comparison could trip over. */
const texts = [
  ..."ann Ann ANN anna İ i I ı ß ẞ SS ǅ ǆ é É e\u0301 K k Ω ω Σ ς σ Ж ж 𐐀 𐐨 % _ \\ ' \" { } , null NULL true TRUE false".split(
    " ",
  ),
  ...["a%b", "a\\", "a b", " ", "\n", "x\ty", "{a,b}", "'; drop table contacts; --", "$1", "😀"],
  ..."0 5 5.0 -5 +5 05 5. .5 1e3 NaN Infinity 10 100 0.1 12345678901234567890 99999999999999999999.5 1,000".split(
    " ",
  ),
  ...["2026-01-29", "2026-02-28", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "2026-13-01"],
  ...[
    "2026-01-29T23:30:00.500Z",
    "2026-01-29T23:30:00.5009Z",
    "2026-01-30T00:30:00.5+01:00",
    "2026-02-28T12",
  ],
  ...["2026-01-29 23:30", "2026-01-29T23:30:00.9999999-0530", "2026-01-29T24:00:00Z", "0000-01-01"],
  ...["ann0@x.co", "ANNA1@xn--e1afmkfd.co", "ж2@x.co", "@x.co", "ann0", "005"],
  ...["2026-02-28T23:59:60Z", "2026-02-28T23:30:00+15:00", "yesterday"],
];
const text = fc.oneof(
  { weight: 8, arbitrary: some(...texts) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }).filter(isStorable) },
);
const numbers = [0, 1, -1, 5, 5.5, -5, 10, 100, 0.1, 1e21, 1.5e-7, 5e-324, 1.7976931348623157e308, 2 ** 53];
const number = fc.oneof(some(...numbers), fc.double({ noNaN: true, noDefaultInfinity: true }));
const keys = ["plan", "a.b", "ключ", "__x", "toString", "0"];

const scalar = fc.oneof<fc.Arbitrary<Json>[]>(text, text, number, fc.boolean(), fc.constant(null));
const json: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: scalar.filter((value) => value !== null) },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: some<Json>({}, { a: "ann" }, [["ann"]], "", []) },
);

const dayMs = 86_400_000;
/** About the borders of the times that rules name. */
const time = fc.oneof(
  fc
    .tuple(some(0, 1, 29, 30, 31, 365, -1), fc.integer({ min: -2, max: 2 }), some(0, 1))
    .map(([days, ms, whole]) => {
      const at = now.getTime() - days * dayMs;
      return new Date((whole === 1 ? Math.floor(at / dayMs) * dayMs : at) + ms);
    }),
  some(
    new Date("2026-01-29T00:00:00Z"),
    new Date("2026-01-30T00:00:00Z"),
    new Date("1969-12-31T23:59:59.999Z"),
  ),
);

const orNone = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });
const name = orNone(fc.oneof(text, fc.constant("")));

const profile = fc.record({
  externalId: orNone(text),
  name: orNone(text),
  firstName: name,
  lastName: name,
  phone: orNone(text),
  locale: orNone(text),
  tags: fc.uniqueArray(text, { maxLength: 3 }),
  attributes: fc.dictionary(some(...keys), json, { maxKeys: 4 }),
  status: some(...Status.options),
  consent: orNone(text),
  source: orNone(text),
  createdAt: time,
  updatedAt: time,
});

const count = fc.integer({ min: 0, max: 6 });
const engagement = fc
  .record({
    sent: count,
    delivered: count,
    opened: count,
    clicked: count,
    softBounces: count,
    firstSentAt: orNone(time),
    lastSentAt: orNone(time),
    lastOpenedAt: orNone(time),
    lastClickedAt: orNone(time),
  })
  .map((sums) => ({ ...noEngagement, ...sums }));

/** The lists that there are. */
export const listIds = ["0190c8f0-0000-7000-8000-00000000bbb1", "0190c8f0-0000-7000-8000-00000000bbb2"];

/** A contact, and whether it has a row of sums. */
export type AnySubject = SegmentSubject & { hasEvents: boolean };

export const anySubject: fc.Arbitrary<AnySubject> = fc
  .tuple(profile, fc.option(engagement), fc.integer({ min: 0, max: 100 }), fc.subarray(listIds))
  .map(([person, sums, rated, lists]) => ({
    contact: {
      ...person,
      ...{ id: "", email: "", version: 1, createdJob: null, number: 0 },
      score: sums === null ? scoreWithoutEvents : rated,
    },
    engagement: sums ?? noEngagement,
    hasEvents: sums !== null,
    lists: new Set(lists),
  }));

/** With ids and addresses of their own, of which some are alike. */
export const manySubjects = (n: number): fc.Arbitrary<AnySubject[]> =>
  fc.array(anySubject, { minLength: n, maxLength: n }).map((subjects) =>
    subjects.map((subject, i) => ({
      ...subject,
      contact: {
        ...subject.contact,
        id: `0190c8f0-0000-7000-8000-${String(i).padStart(12, "0")}`,
        email: `${["ann", "anna", "ж"][i % 3]}${i}@${["x.co", "xn--e1afmkfd.co"][i % 2]}`,
        externalId: subject.contact.externalId === null ? null : `${subject.contact.externalId}${i}`,
      },
    })),
  );

const dayOrTime = some("2026-01-29", "2026-02-28", "2024-02-29", "2026-01-29T23:30:00.500Z", "1970-01-01");
const relative = fc.oneof(
  fc.record({ daysAgo: some(0, 1, 30, 365) }),
  fc.record({ daysAhead: some(0, 1, 30) }),
);
const needle = text.filter((value) => value !== "");

function itemsFor(kind: SegmentFieldKind, ids: readonly string[]): fc.Arbitrary<string | number | boolean> {
  switch (kind) {
    case "number":
      return some<number>(...numbers, 2, 3, 50);
    case "status":
      return some<string>(...Status.options);
    case "tier":
      return some<string>(...Tier.options);
    case "ids":
      return some(...ids);
    case "attribute":
      return fc.oneof<fc.Arbitrary<string | number | boolean>[]>(needle, number, fc.boolean());
    default:
      return needle;
  }
}

function ruleFor(field: string, segments: readonly string[]): fc.Arbitrary<SegmentRule> {
  const { kind } = namedField(field)!;
  const item = itemsFor(kind, field === "list" ? listIds : segments);
  return some(...operatorsOf[kind]).chain((operator): fc.Arbitrary<SegmentRule> => {
    switch (operator) {
      case "is_empty":
      case "is_not_empty":
        return fc.constant({ field, operator });
      case "in":
      case "not_in":
        return fc.array(item, { minLength: 1, maxLength: 3 }).map((value) => ({ field, operator, value }));
      case "before":
      case "after":
        return fc.oneof(dayOrTime, relative).map((value) => ({ field, operator, value }));
      case "greater_than":
      case "less_than":
        return some(...numbers, 3, 50).map((value) => ({ field, operator, value }));
      case "equals":
      case "not_equals": {
        const times = fc.oneof(dayOrTime, relative);
        const value = kind === "time" ? times : kind === "attribute" ? fc.oneof(item, item, relative) : item;
        return value.map((value) => ({ field, operator, value }));
      }
      default:
        return needle.map((value) => ({ field, operator, value }));
    }
  });
}

/** Rules about every field, about attributes as often as about all others. @param ids of segments; with none, none is asked for */
export function anyRule(ids: readonly string[]): fc.Arbitrary<SegmentRule> {
  return anyField(ids).chain((field) => ruleFor(field, ids));
}

/** Two or three rules about one field. */
export const relatedRules: fc.Arbitrary<SegmentRule[]> = anyField([]).chain((field) =>
  fc.array(ruleFor(field, []), { minLength: 2, maxLength: 3 }),
);

function anyField(ids: readonly string[]): fc.Arbitrary<string> {
  const fields = Object.entries(segmentFields)
    .filter(([field]) => field !== "segment" || ids.length > 0)
    .map(([field]) => field);
  return fc.oneof(some(...fields), some(...keys.map((key) => `metadata.${key}`)));
}

/** Trees of every shape that a segment may have. */
export function anyFilter(ids: readonly string[] = []): fc.Arbitrary<SegmentFilter> {
  const rule = anyRule(ids);
  const operator = some("AND" as const, "OR" as const);
  const group = (depth: number): fc.Arbitrary<SegmentFilter> => {
    const member: fc.Arbitrary<SegmentRule | SegmentFilter> =
      depth === 1
        ? rule
        : fc.oneof({ weight: 3, arbitrary: rule }, { weight: 1, arbitrary: group(depth - 1) });
    return fc.record({ operator, rules: fc.array(member, { minLength: 1, maxLength: 3 }) });
  };
  return fc.oneof({ weight: 1, arbitrary: group(1) }, { weight: 1, arbitrary: group(5) });
}

/** As it is kept. */
export function kept(filter: unknown): SegmentFilter {
  return SegmentFilter.parse(filter);
}
