import type { TextField } from "./contact.ts";
import { fieldNames, fieldOfHeader, mappableFields } from "./header-field.ts";

/** What one column of a file fills. `attribute` keeps the cell under the header's own name. */
export type ColumnTarget =
  | { kind: "email" }
  | { kind: "text"; field: TextField }
  | { kind: "tags" }
  | { kind: "status" }
  | { kind: "subscribed" }
  | { kind: "attribute"; key: string }
  | { kind: "ignore" };

/** Why the header of a file cannot be used; the whole import is refused for it. */
export type ColumnsProblem = {
  code: "no_email_column" | "invalid_header" | "invalid_mapping";
  message: string;
};

export type ColumnsResult = { ok: true; columns: ColumnTarget[] } | { ok: false; problem: ColumnsProblem };

function targetOfField(field: string): ColumnTarget {
  switch (field) {
    case "email":
    case "tags":
    case "status":
    case "subscribed":
    case "ignore":
      return { kind: field };
    default:
      return { kind: "text", field: field as TextField };
  }
}

const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Decides what each column of a file fills. The caller's mapping wins over the synonyms; every other header becomes an
 * attribute of its own name, a column without a header or with a failed row's reason is ignored. Where two columns mean the same field the first
 * one has it and the later one becomes an attribute.
 * @param headers the header row as it stands in the file, trimmed
 * @param mapping header → field, attribute name or `ignore`
 */
export function mapColumns(
  headers: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
): ColumnsResult {
  const unknown = Object.keys(mapping).find((header) => !headers.includes(header.trim()));
  if (unknown !== undefined) {
    const message = `The mapping names the header “${shown(unknown)}”, which the file does not have. Its headers are: ${listed(headers)}.`;
    return { ok: false, problem: { code: "invalid_mapping", message } };
  }
  const wanted = new Map(Object.entries(mapping).map(([header, to]) => [header.trim(), to.trim()]));
  const mapped = new Set<string>();
  for (const to of wanted.values()) {
    if (to === "ignore" || !mappableFields.includes(to)) continue;
    if (mapped.has(to)) {
      const message = `The mapping sends two headers to ${to}. Map one of them to another field, or to ignore.`;
      return { ok: false, problem: { code: "invalid_mapping", message } };
    }
    mapped.add(to);
  }

  const filled = new Set<string>();
  const keyOf = attributeKeys();
  const columns: ColumnTarget[] = [];
  for (const [index, header] of headers.entries()) {
    const to = wanted.get(header);
    const field = to === undefined ? fieldOfHeader(header) : mappableFields.includes(to) ? to : null;
    const late =
      field !== "ignore" && field !== null && (filled.has(field) || (to === undefined && mapped.has(field)));
    if (field !== null && !late) {
      filled.add(field);
      columns.push(targetOfField(field));
      continue;
    }
    const name = late ? header : (to ?? header);
    if (name === "") {
      columns.push({ kind: "ignore" });
      continue;
    }
    if (forbiddenKeys.has(name) || name.length > 128 || name.includes("\0")) {
      const message = `Column ${index + 1} is called “${shown(name)}”, which cannot be the name of an attribute. Rename it, or map it to another name or to ignore.`;
      return { ok: false, problem: { code: "invalid_header", message } };
    }
    columns.push({ kind: "attribute", key: keyOf(name) });
  }

  if (
    !columns.some(
      (column) => column.kind === "email" || (column.kind === "text" && column.field === "externalId"),
    )
  ) {
    const message = `The file has no email column. The headers found are: ${listed(headers)}. Name one of them “email”, or map it.`;
    return { ok: false, problem: { code: "no_email_column", message } };
  }
  return { ok: true, columns };
}

/**
 * Gives each column an attribute of its own: a repeated header gets a number behind it. The names of the fields are
 * taken from the start, since an attribute of that name would hide behind the field in some dialects.
 */
function attributeKeys(): (name: string) => string {
  const keys = new Set(fieldNames);
  // Where to go on counting: a header with one name a hundred thousand times must not be tried from 2 each time.
  const next = new Map<string, number>();
  return (name) => {
    let key = name;
    let n = next.get(name) ?? 2;
    while (keys.has(key)) key = `${name} (${n++})`;
    next.set(name, n);
    keys.add(key);
    return key;
  };
}

/** A header as a message shows it: NUL and half characters cannot be stored with the job's error. */
function shown(header: string): string {
  return header.slice(0, 60).replaceAll("\0", "\uFFFD").toWellFormed();
}

function listed(headers: readonly string[]): string {
  const names = headers.slice(0, 50).map((header) => `“${shown(header)}”`);
  return headers.length > 50 ? `${names.join(", ")} and ${headers.length - 50} more` : names.join(", ");
}
