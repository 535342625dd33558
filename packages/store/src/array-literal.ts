/**
 * A text[] as Postgres writes it, for a parameter: postgres.js writes lists item by item through two regular expressions,
 * which cost more than everything else in a batch of changes.
 */
export function arrayLiteral(items: Iterable<string | null>): string {
  let literal = "{";
  for (const item of items) {
    if (literal.length > 1) literal += ",";
    literal += item === null ? "null" : `"${escaped(item)}"`;
  }
  return `${literal}}`;
}

/** An array of numbers, likewise. */
export function numberArrayLiteral(items: Iterable<number | null>): string {
  return `{${[...items].map((item) => item ?? "null").join(",")}}`;
}

function escaped(item: string): string {
  if (!item.includes('"') && !item.includes("\\")) return item;
  return item.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
