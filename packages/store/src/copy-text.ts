/** A value for a column of COPY in text format, or null. Arrays are text[]; objects are JSON. */
export type CopyValue = string | number | null | readonly string[] | object;

const special = /[\\\n\r\t]/;
const specials = /[\\\n\r\t]/g;
const escapes: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line of COPY … FROM STDIN in text format. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = "";
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += "\t";
    line += copyCell(values[i]!);
  }
  return `${line}\n`;
}

function copyCell(value: CopyValue): string {
  if (value === null) return "\\N";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.length === 0 ? "{}" : escaped(arrayLiteral(value as string[]));
  return escaped(JSON.stringify(value));
}

// The test first: most values have nothing to escape, and a replace with a callback costs five times a test.
function escaped(text: string): string {
  return special.test(text) ? text.replace(specials, (c) => escapes[c]!) : text;
}

/** A text[] as Postgres writes it. */
export function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`;
}
