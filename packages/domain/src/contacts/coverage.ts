import type { Json } from "./attributes.ts";
import type { Contact } from "./contact.ts";

/** The fields that a contact may be without, in the order in which they are listed. */
export const coveredFields = [
  "name",
  "firstName",
  "lastName",
  "phone",
  "tags",
  "externalId",
  "locale",
  "consent",
  "source",
] as const;
export type CoveredField = (typeof coveredFields)[number];

/** What JSON calls the type of an attribute's value; attributes are never null. */
export const jsonTypes = ["string", "number", "boolean", "array", "object"] as const;
export type JsonType = (typeof jsonTypes)[number];

/** Whether somebody may be mailed, as coverage by locale tells contacts apart. */
export type Openness = "active" | "other";

/** A number of contacts: that have a field; an attribute of a type; a locale, or none, and may be mailed or not. */
export type CoverageCount = { n: number } & (
  | { kind: "field"; key: CoveredField; type: "" }
  | { kind: "attribute"; key: string; type: JsonType }
  | { kind: "locale"; key: string; type: Openness }
  | { kind: "no_locale"; key: ""; type: Openness }
);

/** What is counted. */
export const coverageKinds = [
  "field",
  "attribute",
  "locale",
  "no_locale",
] as const satisfies CoverageCount["kind"][];

/**
 * How writes change the numbers of contacts by field, attribute and locale. The sums over any sequence of writes equal a
 * count of what is there in the end.
 */
export class CoverageDeltas {
  readonly #fields = coveredFields.map(() => 0);
  readonly #attributes = new Map<string, Record<JsonType, number>>();
  readonly #locales = new Map<string | null, Record<Openness, number>>();

  created(contact: Contact): void {
    this.#add(contact, 1);
    this.#addAttributes(contact, 1);
  }

  deleted(contact: Contact): void {
    this.#add(contact, -1);
    this.#addAttributes(contact, -1);
  }

  changed(before: Contact, after: Contact): void {
    this.#add(before, -1);
    this.#add(after, 1);
    // What a write says nothing about is the very same object.
    if (before.attributes === after.attributes) return;
    this.#addAttributes(before, -1);
    this.#addAttributes(after, 1);
  }

  /** Every number that changes, in an order of its own. */
  counts(): CoverageCount[] {
    const counts: CoverageCount[] = [];
    for (const [i, key] of coveredFields.entries()) {
      const n = this.#fields[i]!;
      if (n !== 0) counts.push({ kind: "field", key, type: "", n });
    }
    for (const [key, byType] of this.#attributes) {
      for (const type of jsonTypes) {
        const n = byType[type];
        if (n !== 0) counts.push({ kind: "attribute", key, type, n });
      }
    }
    for (const [locale, byOpenness] of this.#locales) {
      for (const type of ["active", "other"] as const) {
        const n = byOpenness[type];
        if (n === 0) continue;
        counts.push(
          locale === null
            ? { kind: "no_locale", key: "", type, n }
            : { kind: "locale", key: locale, type, n },
        );
      }
    }
    return counts;
  }

  #add(contact: Contact, n: 1 | -1): void {
    const fields = this.#fields;
    // By index: pairs made for each contact would cost half as much as everything else here.
    for (let i = 0; i < coveredFields.length; i++) {
      const field = coveredFields[i]!;
      if (field === "tags" ? contact.tags.length > 0 : contact[field] !== null) fields[i]! += n;
    }
    const { locale, status } = contact;
    let byOpenness = this.#locales.get(locale);
    if (byOpenness === undefined) {
      byOpenness = { active: 0, other: 0 };
      this.#locales.set(locale, byOpenness);
    }
    byOpenness[status === "active" ? "active" : "other"] += n;
  }

  #addAttributes({ attributes }: Contact, n: 1 | -1): void {
    for (const key in attributes) {
      let byType = this.#attributes.get(key);
      if (byType === undefined) {
        byType = { string: 0, number: 0, boolean: 0, array: 0, object: 0 };
        this.#attributes.set(key, byType);
      }
      byType[jsonType(attributes[key]!)] += n;
    }
  }
}

function jsonType(value: Exclude<Json, null>): JsonType {
  const type = typeof value;
  if (type === "string" || type === "number" || type === "boolean") return type;
  return Array.isArray(value) ? "array" : "object";
}

/**
 * Most names of a kind that are counted: keys of attributes with their types, and locales. They come from whoever writes
 * contacts, so that there can be any number of them.
 */
export const coverageLimit = 10_000;

/**
 * Which new names join those that are counted: the most frequent, as long as there is room. Where one is left out its contacts
 * are not known any more, and so nothing more may join before all is counted anew.
 * @param counts of names that are not counted yet
 * @param room how many more names of each kind fit
 */
export function admitted(
  counts: readonly CoverageCount[],
  room: (kind: CoverageCount["kind"]) => number,
): { joining: CoverageCount[]; complete: boolean } {
  const joining: CoverageCount[] = [];
  let complete = true;
  for (const [kind, some] of Map.groupBy(counts, (count) => count.kind)) {
    const free = Math.max(room(kind), 0);
    if (some.length > free) complete = false;
    joining.push(...some.toSorted((a, b) => b.n - a.n).slice(0, free));
  }
  return { joining, complete };
}

/** How many contacts have a locale, or none (null), and how many of them may be mailed. */
export type LocaleCoverage = { locale: string | null; count: number; optedIn: number };

/** The most frequent locale first. */
export function localeCoverage(counts: readonly CoverageCount[]): LocaleCoverage[] {
  const byLocale = new Map<string | null, LocaleCoverage>();
  for (const { kind, key, type, n } of counts) {
    if (kind !== "locale" && kind !== "no_locale") continue;
    const locale = kind === "locale" ? key : null;
    const sum = byLocale.get(locale) ?? { locale, count: 0, optedIn: 0 };
    sum.count += n;
    if (type === "active") sum.optedIn += n;
    byLocale.set(locale, sum);
  }
  return [...byLocale.values()].sort(
    (a, b) => b.count - a.count || ((a.locale ?? "") < (b.locale ?? "") ? -1 : 1),
  );
}
