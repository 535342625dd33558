import { type ColumnChoice, columnChoice } from "../imports/column-choice.ts";
import { fieldOfHeader, headerWord } from "../imports/header-field.ts";
import type { ColumnsProblem } from "../imports/import-columns.ts";
import { storableText } from "../text/text.ts";
import type { EventField } from "./event-input.ts";

/** What each column of a file of events fills; null for one that is passed over. */
export type EventColumns = { columns: (EventField | null)[]; choices: ColumnChoice[] } & (
  | { ok: true }
  | { ok: false; problem: ColumnsProblem }
);

/** Headers as `headerWord` reads them. */
const synonyms: Record<Exclude<EventField, "email">, readonly string[]> = {
  id: ["id", "eventid"],
  type: ["type", "event", "eventtype"],
  contactId: ["contactid"],
  campaignId: ["campaignid", "campaign"],
  campaignName: ["campaignname"],
  bounce: ["bounce", "bouncetype"],
  at: ["at", "timestamp", "time", "date", "datetime", "occurredat", "eventtime"],
};

const fieldByWord = new Map(
  Object.entries(synonyms).flatMap(([field, words]) =>
    words.map((word) => [word, field as EventField] as const),
  ),
);

const fields = new Set<string>([...Object.keys(synonyms), "email"]);

/** The field that a header, or the key of an object, means by itself. Only an address has names in several languages. */
export function eventFieldOf(header: string): EventField | null {
  return fieldByWord.get(headerWord(header)) ?? (fieldOfHeader(header) === "email" ? "email" : null);
}

/**
 * Decides what each column of a file of events fills. The caller's mapping wins over the names; where two columns mean the same
 * the first one has it. Other columns are passed over.
 * @param mapping header → field or `ignore`
 */
export function mapEventColumns(
  headers: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
): EventColumns {
  const columns: (EventField | null)[] = [];
  const choices: ColumnChoice[] = [];
  const refused = (code: ColumnsProblem["code"], message: string): EventColumns => ({
    ok: false,
    problem: { code, message },
    columns,
    choices,
  });
  const wanted = new Map(Object.entries(mapping).map(([header, to]) => [header.trim(), to.trim()]));
  for (const [header, to] of wanted) {
    if (!headers.includes(header)) {
      return refused(
        "invalid_mapping",
        `The mapping names “${shown(header)}”, which the file does not have.`,
      );
    }
    if (to !== "ignore" && !fields.has(to)) {
      const message = `The mapping sends “${shown(header)}” to “${shown(to)}”. An event has ${[...fields].join(", ")}; or send it to ignore.`;
      return refused("invalid_mapping", message);
    }
  }
  const claimed = new Set(wanted.values());
  for (const header of headers) {
    const to = wanted.get(header);
    const own = to === undefined ? eventFieldOf(header) : null;
    const field = (
      to === "ignore" ? null : (to ?? (own !== null && claimed.has(own) ? null : own))
    ) as EventField | null;
    const filled = field !== null && !columns.includes(field);
    columns.push(filled ? field : null);
    if (!filled) choices.push(to === "ignore" ? columnChoice.ignored() : columnChoice.notEvent());
    else
      choices.push(to === undefined ? columnChoice.header(shown(header), field) : columnChoice.mapped(field));
  }
  if (!columns.includes("email") && !columns.includes("contactId")) {
    return refused(
      "no_email_column",
      "A file of events needs a column “email” or “contactId”. Name it so, or map it.",
    );
  }
  if (!columns.includes("type")) {
    return refused(
      "no_type_column",
      "A file of events needs a column “type”, such as opened. Name it so, or map it.",
    );
  }
  return { ok: true, columns, choices };
}

function shown(header: string): string {
  return storableText(header, 60);
}
