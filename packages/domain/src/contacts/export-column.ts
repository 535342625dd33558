import type { Attributes } from "./attributes.ts";

/** What an export of contacts has, in this order: all that they are, under the house dialect's names. */
export const exportHeaders = [
  "id",
  "email",
  "name",
  "firstName",
  "lastName",
  "phone",
  "tags",
  "metadata",
  "status",
  "externalId",
  "locale",
  "consent",
  "source",
  "score",
  "tier",
  "createdAt",
  "updatedAt",
] as const;
export type ExportHeader = (typeof exportHeaders)[number];

type Meaning = "ignore" | "attributes";

/** What an export has beside the fields: Roster's own facts, which no file may set, and the attributes as JSON. */
const meanings = new Map<string, Meaning>([["metadata", "attributes"]]);
for (const fact of ["id", "score", "tier", "createdAt", "updatedAt", "key_id", "created_at", "updated_at"]) {
  meanings.set(fact, "ignore");
}

/** The headers by which a file is known as an export: of today, from before there were scores, and of MailerDash's dialect. */
const known: readonly (readonly string[])[] = [
  exportHeaders,
  exportHeaders.filter((header) => header !== "score" && header !== "tier"),
  ["id", "key_id", "created_at", "updated_at", "metadata"],
];

/**
 * What the columns of an exported file mean that are no fields, so that it imports again to the same contacts; nothing for
 * any other file, in which `id` or `metadata` may be anything.
 */
export function exportColumns(headers: readonly string[]): ReadonlyMap<string, Meaning> {
  const own = known.find((all) => all.every((header) => headers.includes(header)));
  return new Map(
    (own ?? []).flatMap((header) => (meanings.has(header) ? [[header, meanings.get(header)!]] : [])),
  );
}

/** The attributes in a cell of an exported file; null where it holds no JSON object. */
export function readAttributesCell(cell: string): Attributes | null {
  try {
    const value: unknown = JSON.parse(cell);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Attributes)
      : null;
  } catch {
    return null;
  }
}
