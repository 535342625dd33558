import { attributeLimits } from "../contacts/attributes.ts";
import { Status } from "../contacts/status.ts";
import { Tier } from "../scores/score.ts";
import { isStorable } from "../text/text.ts";

/** What a rule of a segment can ask. The negative ones are true exactly where their opposites are not. */
export const segmentOperators = [
  "equals",
  "not_equals",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "greater_than",
  "less_than",
  "before",
  "after",
  "is_empty",
  "is_not_empty",
  "in",
  "not_in",
] as const;
export type SegmentOperator = (typeof segmentOperators)[number];

/** What a field's values are, and so what can be asked of it. An attribute is of any kind, contact by contact. */
export type SegmentFieldKind = "text" | "status" | "tier" | "number" | "time" | "tags" | "ids" | "attribute";

const equality = ["equals", "not_equals", "in", "not_in"] as const;
const emptiness = ["is_empty", "is_not_empty"] as const;
const parts = ["contains", "not_contains", "starts_with", "ends_with"] as const;

/** What can be asked of each kind. */
export const operatorsOf: Readonly<Record<SegmentFieldKind, readonly SegmentOperator[]>> = {
  text: [...equality, ...parts, ...emptiness],
  status: equality,
  tier: equality,
  number: [...equality, "greater_than", "less_than"],
  time: ["equals", "not_equals", "before", "after", ...emptiness],
  tags: [...equality, ...parts, ...emptiness],
  ids: equality,
  attribute: segmentOperators,
};

/** The fields of a contact that a segment can ask for, beside its attributes. */
export const segmentFields = {
  email: "text",
  name: "text",
  firstName: "text",
  lastName: "text",
  phone: "text",
  externalId: "text",
  locale: "text",
  consent: "text",
  source: "text",
  status: "status",
  tags: "tags",
  list: "ids",
  segment: "ids",
  score: "number",
  tier: "tier",
  sent: "number",
  delivered: "number",
  opened: "number",
  clicked: "number",
  softBounces: "number",
  firstSentAt: "time",
  lastSentAt: "time",
  lastOpenedAt: "time",
  lastClickedAt: "time",
  createdAt: "time",
  updatedAt: "time",
} as const satisfies Record<string, SegmentFieldKind>;
export type SegmentField = keyof typeof segmentFields;

type Of<Kind extends SegmentFieldKind> = {
  [F in SegmentField]: (typeof segmentFields)[F] extends Kind ? F : never;
}[SegmentField];
export type TextSegmentField = Of<"text">;
export type NumberSegmentField = Of<"number">;
export type TimeSegmentField = Of<"time">;

/** The words that a field of words has. */
export const wordsOf = { status: Status.options, tier: Tier.options } as const;

/** The field of a rule as it is written: one of the table, or `metadata.` and an attribute's name. */
export type NamedField =
  | { kind: "attribute"; key: string }
  | { [Kind in Exclude<SegmentFieldKind, "attribute">]: { kind: Kind; field: Of<Kind> } }[Exclude<
      SegmentFieldKind,
      "attribute"
    >];

const attributePrefix = "metadata.";

/** What a rule's field means; null if there is none of the name. Whatever stands behind `metadata.` is the name, dots too. */
export function namedField(name: string): NamedField | null {
  if (name.startsWith(attributePrefix)) {
    const key = name.slice(attributePrefix.length);
    return key === "" || key.length > attributeLimits.keyCharacters || !isStorable(key)
      ? null
      : { kind: "attribute", key };
  }
  if (!Object.hasOwn(segmentFields, name)) return null;
  const field = name as SegmentField;
  return { kind: segmentFields[field], field } as NamedField;
}
