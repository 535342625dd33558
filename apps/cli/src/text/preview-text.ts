import type { ImportPreview } from "@roster/client/client.ts";
import { failedRowsTable } from "./failed-rows-table.ts";
import { count } from "./quantity.ts";
import { printable, textTable } from "./text-table.ts";

/** Failed rows that the text shows; in a file that is wrong as a whole they are all alike. */
const shownProblems = 10;

/** What an import would make of a file's beginning, as a text of several lines for people. */
export function previewText(preview: ImportPreview, name: string | null): string {
  return [
    fileLine(preview, name),
    errorLine(preview),
    columnTable(preview),
    rowTable(preview),
    problems(preview),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

const formats = { csv: "CSV", ndjson: "NDJSON", json: "a JSON array" } as const;
const delimiters = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes" } as const;

function fileLine({ shape, columns, rowsRead, complete }: ImportPreview, name: string | null): string {
  const { format, gzip, encoding, delimiter, headerRow } = shape;
  const parts = [
    `${formats[format]}${gzip ? ", gzipped" : ""}`,
    encoding,
    ...(delimiter === null ? [] : [`divided by ${delimiters[delimiter]}`]),
    ...(headerRow || format !== "csv" ? [] : ["without a header row"]),
    `${count(columns.length)} ${format === "csv" ? "columns" : "keys"}`,
    complete ? `${count(rowsRead)} rows` : `more than ${count(rowsRead)} rows, of which these were read`,
  ];
  return `${name === null ? "The file" : printable(name)}: ${parts.join(", ")}`;
}

function errorLine({ error }: ImportPreview): string {
  if (error === null) return "";
  const where = error.row === undefined ? "" : ` in row ${count(error.row)}`;
  return `It cannot be imported like this. ${error.code}${where}: ${printable(error.message, 500)}`;
}

function columnTable({ columns, shape }: ImportPreview): string {
  if (columns.length === 0) return "";
  const rows = columns.map(({ header, field, attribute, ignored, reason, samples }) => [
    printable(header === "" ? "–" : header, 28),
    ignored ? "–" : printable(field ?? `attribute ${attribute}`, 32),
    printable(reason, 100),
    printable(samples[0] ?? "", 24),
  ]);
  const what = shape.format === "csv" ? "column" : "key";
  return textTable([[what, "becomes", "because", "for example"], ...rows]);
}

function rowTable({ rows }: ImportPreview): string {
  if (rows.length === 0) return "";
  const lines = rows.map(({ row, contact, suppression, event, problem }) => {
    const { email = null, ...rest } = contact ?? suppression ?? (event === null ? {} : spokenEvent(event));
    return [
      count(row),
      email === null ? "–" : printable(email, 40),
      problem === null ? printable(spoken(rest), 120) : `✗ ${printable(problem.message, 120)}`,
    ];
  });
  return textTable([["row", "email", "and"], ...lines], [0]);
}

function spokenEvent({ id, contact, event }: NonNullable<ImportPreview["rows"][number]["event"]>) {
  return { email: "email" in contact ? contact.email : contact.id, ...event, id };
}

/** Fields as `name value`, attributes among them. */
function spoken(fields: Readonly<Record<string, unknown>>): string {
  const { attributes, ...named } = fields;
  return Object.entries({ ...named, ...(attributes as object | undefined) })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ");
}

function problems({ problems: { counts, rows }, rowsRead }: ImportPreview): string {
  const failed = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (failed === 0) return "";
  const kinds = Object.entries(counts).map(([code, n]) => `${count(n)} ${code}`);
  const shown = rows.slice(0, shownProblems);
  const heading = `${count(failed)} of these ${count(rowsRead)} rows would fail: ${kinds.join(", ")}.`;
  return `${heading}${failed > shown.length ? ` The first ${shown.length}:` : ""}\n${failedRowsTable(shown)}`;
}
