import { z } from "zod";

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

/** How often values of one JSON type are found under one key. */
export type KeyCount = { key: string; jsonType: string; n: number };

const types: Readonly<Record<string, FieldType>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
  array: "list",
  object: "object",
};

/** The custom fields behind counts of keys and types, the most frequent first. @param of how many contacts were counted */
export function customFields(counts: readonly KeyCount[], of: number): ContactField[] {
  const byKey = new Map<string, { type: FieldType; n: number }>();
  for (const { key, jsonType, n } of counts) {
    const type = types[jsonType] ?? "mixed";
    const known = byKey.get(key);
    byKey.set(key, {
      type: known === undefined || known.type === type ? type : "mixed",
      n: n + (known?.n ?? 0),
    });
  }
  return [...byKey]
    .sort(([keyA, a], [keyB, b]) => b.n - a.n || (keyA < keyB ? -1 : 1))
    .map(([key, { type, n }]) => ({ name: `metadata.${key}`, type, custom: true, share: shareOf(n, of) }));
}

/** A part of a whole to four decimals; of nothing, nothing. */
export function shareOf(n: number, of: number): number {
  return of === 0 ? 0 : Math.round((n / of) * 1e4) / 1e4;
}
