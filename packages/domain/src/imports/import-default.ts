import { type Attributes, jsonEquals } from "../contacts/attributes.ts";
import { type Contact, type ContactInput, textFields } from "../contacts/contact.ts";
import type { FieldIssue } from "../refusal.ts";
import { fieldOfHeader } from "./header-field.ts";
import { mapColumns } from "./import-columns.ts";
import { readCells } from "./import-row.ts";

/** What an import says of a contact where the row says nothing. */
export type Defaults = Omit<ContactInput, "email" | "externalId" | "tags">;

/**
 * Reads an import's defaults as the header and the one row of a file would be read.
 * @param defaults field or attribute name → text
 */
export function readDefaults(
  defaults: Readonly<Record<string, string>>,
): { ok: true; defaults: Defaults | null } | { ok: false; issue: FieldIssue } {
  const names = Object.keys(defaults);
  if (names.length === 0) return { ok: true, defaults: null };
  const refused = (name: string, message: string) =>
    ({ ok: false, issue: { field: name, code: "invalid_default", message } }) as const;

  // An email in front makes a whole row of them.
  const mapped = mapColumns(["email", ...names]);
  if (!mapped.ok) return refused(names[0]!, mapped.problem.message);
  for (const [i, column] of mapped.columns.slice(1).entries()) {
    const name = names[i]!;
    if (column.kind === "tags")
      return refused(name, "Every contact of a file can get tags: send them as tags.");
    if (column.kind === "ignore") return refused(name, "Give it the name of a field or an attribute.");
    if (["email", "externalId"].includes(fieldOfHeader(name) ?? "")) {
      return refused(name, "It tells contacts apart, so it has no default.");
    }
  }
  const row = readCells(["default@example.com", ...Object.values(defaults)], mapped.columns, []);
  if (!row.ok) return refused(row.problem.field ?? names[0]!, row.problem.message);
  const { email, ...read } = row.input;
  return { ok: true, defaults: read };
}

/** A new contact's row with the defaults for what it does not say. `null` in a row is said. */
export function rowWithDefaults(row: ContactInput, defaults: Defaults): ContactInput {
  const input = { ...defaults, ...row };
  if (row.attributes !== undefined && row.attributes !== null) {
    input.attributes = { ...defaults.attributes, ...row.attributes };
  }
  return input;
}

/**
 * A stored contact after a row was merged, with the defaults for what is still empty. What it has stays, its status too,
 * and what the very row clears stays empty.
 * @param before the contact as it was: a row that overwrites its attributes takes a default away, which then comes back
 * @returns `merged` itself when nothing is filled, and `before` when nothing is new, so that callers compare by identity
 */
export function fillEmpty(merged: Contact, row: ContactInput, defaults: Defaults, before: Contact): Contact {
  const filled: Partial<Contact> = {};
  for (const field of textFields) {
    const value = field === "externalId" ? undefined : defaults[field];
    if (value !== undefined && merged[field] === null && row[field] === undefined) filled[field] = value;
  }
  const attributes = missingAttributes(merged.attributes, row.attributes, defaults.attributes ?? {});
  if (attributes !== null) {
    const all = { ...merged.attributes, ...attributes };
    filled.attributes = jsonEquals(all, before.attributes) ? before.attributes : all;
  }
  if (Object.keys(filled).length === 0) return merged;
  const after = { ...merged, ...filled };
  return (Object.keys(after) as (keyof Contact)[]).every((key) => after[key] === before[key])
    ? before
    : after;
}

function missingAttributes(
  has: Attributes,
  said: Attributes | null | undefined,
  defaults: Attributes,
): Attributes | null {
  if (said === null) return null;
  const missing = Object.entries(defaults).filter(
    ([key]) => !Object.hasOwn(has, key) && (said === undefined || !Object.hasOwn(said, key)),
  );
  return missing.length === 0 ? null : Object.fromEntries(missing);
}
