import type { TextField } from "../contacts/contact.ts";
import { exportColumns } from "../contacts/export-column.ts";
import { storableText } from "../text/text.ts";
import { type ColumnChoice, columnChoice } from "./column-choice.ts";
import { type ColumnContent, saysNothing } from "./column-content.ts";
import { fieldNames, fieldOfHeader, mappableFields } from "./header-field.ts";

/** What one column of a file fills. `attribute` keeps the cell under the header's own name. */
export type ColumnTarget =
  | { kind: "email" }
  | { kind: "text"; field: TextField }
  | { kind: "tags" }
  | { kind: "status" }
  | { kind: "subscribed" }
  | { kind: "attribute"; key: string }
  /** A JSON object of attributes. */
  | { kind: "attributes" }
  | { kind: "ignore" };

/** Why the header of a file cannot be used; the whole import is refused for it. */
export type ColumnsProblem = {
  code: "no_email_column" | "no_type_column" | "invalid_header" | "invalid_mapping";
  message: string;
};

/** The columns and why each is what it is; beside a problem, as far as they were decided. */
export type ColumnsResult = { columns: ColumnTarget[]; choices: ColumnChoice[] } & (
  | { ok: true }
  | { ok: false; problem: ColumnsProblem }
);

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
 * Decides what each column of a file fills. The caller's mapping wins over the synonyms, those over the content; every
 * other header becomes an attribute of its own name, a column without a header or with a failed row's reason is ignored.
 * Of a file that Roster exported, the facts that no file may set are ignored too.
 * Where two columns mean the same field the first one has it and the later one becomes an attribute.
 *
 * Content decides where a header says nothing (`saysNothing`), and about the email also under any other header, if no
 * column would identify the contacts otherwise.
 * @param headers the header row as it stands in the file, trimmed
 * @param mapping header → field, attribute name or `ignore`
 * @param contents what the cells of each column tell, where that is known
 */
export function mapColumns(
  headers: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
  contents: readonly (ColumnContent | null)[] = [],
): ColumnsResult {
  const columns: ColumnTarget[] = [];
  const choices: ColumnChoice[] = [];
  const refused = (code: ColumnsProblem["code"], message: string): ColumnsResult => ({
    ok: false,
    problem: { code, message },
    columns,
    choices,
  });
  const unknown = Object.keys(mapping).find((header) => !headers.includes(header.trim()));
  if (unknown !== undefined) {
    return refused(
      "invalid_mapping",
      `The mapping names the header “${shown(unknown)}”, which the file does not have. Its headers are: ${listed(headers)}.`,
    );
  }
  const wanted = new Map(Object.entries(mapping).map(([header, to]) => [header.trim(), to.trim()]));
  const mapped = new Set<string>();
  for (const to of wanted.values()) {
    if (to === "ignore" || !mappableFields.includes(to)) continue;
    if (mapped.has(to)) {
      return refused(
        "invalid_mapping",
        `The mapping sends two headers to ${to}. Map one of them to another field, or to ignore.`,
      );
    }
    mapped.add(to);
  }

  const told = headers.map((header) => {
    const to = wanted.get(header);
    return to === undefined ? fieldOfHeader(header) : mappableFields.includes(to) ? to : null;
  });
  const claimed = new Set(told);
  const filled = new Set<string>();
  const keyOf = attributeKeys();
  const exported = exportColumns(headers);
  for (const [index, header] of headers.entries()) {
    const to = wanted.get(header);
    const kind = to === undefined ? exported.get(header) : undefined;
    if (kind !== undefined) {
      columns.push({ kind });
      choices.push(kind === "ignore" ? columnChoice.exported() : columnChoice.holder(header));
      continue;
    }
    const content = contents[index] ?? null;
    const guessed = to === undefined && told[index] === null ? contentField(content, header, claimed) : null;
    const field = guessed ?? told[index]!;
    const late =
      field !== "ignore" && field !== null && (filled.has(field) || (to === undefined && mapped.has(field)));
    if (field !== null && !late) {
      filled.add(field);
      columns.push(targetOfField(field));
      choices.push(fieldChoice(field, header, to !== undefined, guessed !== null));
      continue;
    }
    const name = late ? header : (to ?? header);
    if (name === "") {
      columns.push({ kind: "ignore" });
      choices.push(columnChoice.nameless());
      continue;
    }
    if (forbiddenKeys.has(name) || name.length > 128 || name.includes("\0")) {
      return refused(
        "invalid_header",
        `Column ${index + 1} is called “${shown(name)}”, which cannot be the name of an attribute. Rename it, or map it to another name or to ignore.`,
      );
    }
    const key = keyOf(name);
    columns.push({ kind: "attribute", key });
    if (late) choices.push(columnChoice.taken(field!, key));
    else if (to !== undefined) choices.push(columnChoice.mapped(`the attribute “${key}”`));
    else if (content === "yes_or_no") choices.push(columnChoice.yesOrNo(key));
    else choices.push(columnChoice.attribute(shown(header), key));
  }

  if (!filled.has("email") && !filled.has("externalId")) {
    return refused(
      "no_email_column",
      `The file has no email column. The headers found are: ${listed(headers)}. Name one of them “email”, or map it.`,
    );
  }
  return { ok: true, columns, choices };
}

/** The field that a column's cells speak for, if its header and the other columns leave it to them. */
function contentField(
  content: ColumnContent | null,
  header: string,
  claimed: ReadonlySet<string | null>,
): string | null {
  if (content === null || content === "yes_or_no" || claimed.has(content)) return null;
  const speaks = saysNothing(header) || (content === "email" && !claimed.has("externalId"));
  return speaks ? content : null;
}

function fieldChoice(field: string, header: string, byCaller: boolean, byContent: boolean): ColumnChoice {
  if (byContent) return columnChoice.content(field);
  if (byCaller) return field === "ignore" ? columnChoice.ignored() : columnChoice.mapped(field);
  return field === "ignore" ? columnChoice.own() : columnChoice.header(shown(header), field);
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
  return storableText(header, 60);
}

function listed(headers: readonly string[]): string {
  const names = headers.slice(0, 50).map((header) => `“${shown(header)}”`);
  return headers.length > 50 ? `${names.join(", ")} and ${headers.length - 50} more` : names.join(", ");
}
