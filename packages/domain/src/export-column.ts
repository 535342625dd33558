import type { Attributes } from "./attributes.ts";

/** What a contact's export has beside its fields: Roster's own facts, which no file may set, and the attributes as JSON. */
const meanings = {
  id: "ignore",
  key_id: "ignore",
  created_at: "ignore",
  updated_at: "ignore",
  metadata: "attributes",
} as const;

/**
 * What the columns of an exported file mean that are no fields, so that it imports again to the same contacts; nothing for
 * any other file, in which `id` or `metadata` may be anything.
 */
export function exportColumns(headers: readonly string[]): ReadonlyMap<string, "ignore" | "attributes"> {
  const isExport = Object.keys(meanings).every((header) => headers.includes(header));
  return new Map(isExport ? Object.entries(meanings) : []);
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
