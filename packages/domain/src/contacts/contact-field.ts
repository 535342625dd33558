import { z } from "zod";
import { type CoverageCount, coveredFields, type JsonType } from "./coverage.ts";

/** What a field's values are; `mixed` where contacts differ. */
export const FieldType = z.enum(["text", "list", "time", "number", "boolean", "object", "mixed"]);
export type FieldType = z.infer<typeof FieldType>;

/** A field that contacts have. */
export type ContactField = {
  /** A custom one as `metadata.` and its key. */
  name: string;
  type: FieldType;
  custom: boolean;
  /** The part of the contacts that have it, 0 to 1. */
  share: number;
};

/** The fields that every contact can have, in the order in which they are listed. */
export const ownFields = [
  ["email", "text"],
  ["name", "text"],
  ["firstName", "text"],
  ["lastName", "text"],
  ["phone", "text"],
  ["tags", "list"],
  ["status", "text"],
  ["externalId", "text"],
  ["locale", "text"],
  ["consent", "text"],
  ["source", "text"],
  ["createdAt", "time"],
  ["updatedAt", "time"],
] as const satisfies readonly (readonly [string, FieldType])[];

const types: Readonly<Record<JsonType, FieldType>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
  array: "list",
  object: "object",
};

/** A field with how many contacts have it. */
export type FieldCoverage = ContactField & {
  contacts: number;
  /** How many have a value of each type. */
  types: { type: FieldType; contacts: number }[];
};

/**
 * Every field with how many contacts have it: first those that every contact can have, then the custom ones, the most frequent
 * first.
 * @param of how many contacts there are
 */
export function fieldCoverage(counts: readonly CoverageCount[], of: number): FieldCoverage[] {
  const filled = new Map<string, number>(coveredFields.map((field) => [field, 0]));
  const custom = new Map<string, FieldCoverage["types"]>();
  for (const { kind, key, type, n } of counts) {
    if (kind === "field") filled.set(key, n);
    if (kind !== "attribute") continue;
    const found = custom.get(key) ?? [];
    found.push({ type: types[type], contacts: n });
    custom.set(key, found);
  }
  const own = ownFields.map(([name, type]): FieldCoverage => {
    const contacts = filled.get(name) ?? of;
    return { name, type, custom: false, share: shareOf(contacts, of), contacts, types: [{ type, contacts }] };
  });
  const others = [...custom].map(([key, found]): FieldCoverage => {
    const contacts = found.reduce((sum, { contacts }) => sum + contacts, 0);
    const type = found.length === 1 ? found[0]!.type : "mixed";
    found.sort((a, b) => b.contacts - a.contacts || (a.type < b.type ? -1 : 1));
    return {
      name: `metadata.${key}`,
      type,
      custom: true,
      share: shareOf(contacts, of),
      contacts,
      types: found,
    };
  });
  others.sort((a, b) => b.contacts - a.contacts || (a.name < b.name ? -1 : 1));
  return [...own, ...others];
}

/** A part of a whole to four decimals; of nothing, nothing. */
export function shareOf(n: number, of: number): number {
  return of === 0 ? 0 : Math.round((n / of) * 1e4) / 1e4;
}
