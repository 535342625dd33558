import { isEmptyAttribute, itemNumber, itemsOf, itemText, itemTime } from "../contacts/attribute-item.ts";
import type { Json } from "../contacts/attributes.ts";
import { displayName, type StoredContact } from "../contacts/contact.ts";
import type { Engagement } from "../events/engagement.ts";
import { tierOf } from "../scores/score.ts";
import { foldedText } from "./folded-text.ts";
import {
  conditionOf,
  type SegmentCondition,
  type SegmentFilters,
  type SegmentTest,
  type Source,
  type TextHow,
} from "./segment-condition.ts";
import {
  type NumberSegmentField,
  segmentFields,
  type TextSegmentField,
  type TimeSegmentField,
} from "./segment-field.ts";
import type { SegmentFilter } from "./segment-filter.ts";

/** All of a contact that a segment can ask for. */
export type SegmentSubject = {
  contact: StoredContact;
  engagement: Engagement;
  /** The ids of the lists that it is on. */
  lists: ReadonlySet<string>;
};

/**
 * Whether a contact is in a segment at a moment. The store finds a segment's contacts by SQL made of the same condition; this
 * is what it is held to.
 * @param segments the filters that this one uses
 */
export function matches(
  filter: SegmentFilter,
  subject: SegmentSubject,
  now: Date,
  segments: SegmentFilters = {},
): boolean {
  return holds(conditionOf(filter, { segments, now }), subject);
}

/** Whether a condition is true of a contact. */
export function holds(condition: SegmentCondition, subject: SegmentSubject): boolean {
  if ("all" in condition) return condition.all.every((each) => holds(each, subject));
  if ("not" in condition) return !holds(condition.not, subject);
  if (!("test" in condition)) return condition.any.some((each) => holds(each, subject));
  return isTrue(condition, subject);
}

function isTrue(test: SegmentTest, subject: SegmentSubject): boolean {
  const { contact } = subject;
  switch (test.test) {
    case "status":
      return test.any.includes(contact.status);
    case "tier":
      return test.any.includes(tierOf(contact.score));
    case "list":
      return test.any.some((id) => subject.lists.has(id));
    case "tags":
      return contact.tags.some((tag) => test.any.some((text) => compares(test.how, tag, text)));
    case "text":
      return textsOf(test.of, contact).some((text) => {
        const folded = text === null ? null : foldedText(text);
        return folded !== null && test.any.some((each) => compares(test.how, folded, each));
      });
    case "number":
      return numbersOf(test.of, subject).some((number) => {
        return number !== null && test.any.some((each) => comparesNumbers(test.how, number, each));
      });
    case "time": {
      const { from, until } = test.stretch;
      return timesOf(test.of, subject).some(
        (at) => at !== null && (from === null || at >= from) && (until === null || at < until),
      );
    }
    case "filled":
      return isFilled(test.of, subject);
  }
}

function compares(how: TextHow, text: string, other: string): boolean {
  switch (how) {
    case "is":
      return text === other;
    case "contains":
      return text.includes(other);
    case "starts":
      return text.startsWith(other);
    case "ends":
      return text.endsWith(other);
  }
}

function comparesNumbers(how: "is" | "above" | "below", number: number, other: number): boolean {
  if (how === "is") return number === other;
  return how === "above" ? number > other : number < other;
}

function isFilled(
  of: Source<TextSegmentField | TimeSegmentField | "tags">,
  subject: SegmentSubject,
): boolean {
  if ("attribute" in of) return !isEmptyAttribute(attributeOf(subject.contact, of.attribute));
  if (of.field === "tags") return subject.contact.tags.length > 0;
  const value = fieldOf(of.field, subject);
  return value !== null && value !== "";
}

function textsOf(of: Source<TextSegmentField>, contact: StoredContact): (string | null)[] {
  if ("attribute" in of) return itemsOf(attributeOf(contact, of.attribute)).map(itemText);
  return [of.field === "name" ? displayName(contact) : contact[of.field]];
}

function numbersOf(of: Source<NumberSegmentField>, subject: SegmentSubject): (number | null)[] {
  if ("attribute" in of) return itemsOf(attributeOf(subject.contact, of.attribute)).map(itemNumber);
  return [of.field === "score" ? subject.contact.score : subject.engagement[of.field]];
}

function timesOf(of: Source<TimeSegmentField>, subject: SegmentSubject): (number | null)[] {
  if ("attribute" in of) return itemsOf(attributeOf(subject.contact, of.attribute)).map(itemTime);
  return [timeOf(of.field, subject)];
}

function timeOf(field: TimeSegmentField, { contact, engagement }: SegmentSubject): number | null {
  const at = field === "createdAt" || field === "updatedAt" ? contact[field] : engagement[field];
  return at === null ? null : at.getTime();
}

function fieldOf(field: TextSegmentField | TimeSegmentField, subject: SegmentSubject) {
  if (isTimeField(field)) return timeOf(field, subject);
  return textsOf({ field }, subject.contact)[0]!;
}

function isTimeField(field: TextSegmentField | TimeSegmentField): field is TimeSegmentField {
  return segmentFields[field] === "time";
}

/** An own property: an attribute may be called as something that every object has. */
function attributeOf({ attributes }: StoredContact, key: string): Json | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}
