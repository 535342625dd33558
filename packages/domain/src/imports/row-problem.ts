import { storableText } from "../text/text.ts";

/** Why a row, or an item of an array, failed: data for the report, never thrown. */
export type RowProblem = {
  code: RowProblemCode;
  /** The field of the contact, or the column's header; null where the whole row is at fault. */
  field: string | null;
  /** The offending value as it was given, cut to 200 characters. */
  value: string | null;
  /** What was wrong and how to mend it. */
  message: string;
  /** The contact that is in the way, for a conflict. */
  contactId?: string;
};

export type RowProblemCode =
  | "email_missing"
  | "email_invalid"
  | "email_taken"
  | "external_id_taken"
  | "cannot_reactivate"
  | "status_invalid"
  | "subscribed_invalid"
  | "text_too_long"
  | "wrong_type"
  | "too_many_tags"
  | "tag_too_long"
  | "tag_not_storable"
  | "attributes_invalid"
  | "too_many_cells"
  | "invalid_characters"
  | "plan_limit_exceeded"
  | "changed_since"
  | "contact_unknown"
  // Of events:
  | "contact_missing"
  | "type_invalid"
  | "bounce_invalid"
  | "time_invalid"
  | "event_too_old"
  | "event_in_future"
  // What the file reader found before there were any fields:
  | "invalid_encoding"
  | "nul_byte"
  | "record_too_long"
  | "malformed_quotes"
  | "invalid_json"
  | "not_an_object";

const valueLimit = 200;

/** Builds a problem; the value is shown as text and cut, and so is the field, which may be a customer's own key. */
export function rowProblem(
  code: RowProblemCode,
  field: string | null,
  value: unknown,
  message: string,
): RowProblem {
  return { code, field: shown(field), value: shown(value), message };
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return shownText(typeof value === "string" ? value : JSON.stringify(value));
}

/** A text as a report shows it: cut, and with U+FFFD for NUL and lone surrogates, which cannot be stored. */
export function shownText(text: string): string {
  return storableText(text, valueLimit);
}
