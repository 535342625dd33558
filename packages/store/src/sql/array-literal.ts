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

/** The items of a text[] as Postgres writes it; it has no NULL among them. */
export function readArrayLiteral(literal: string): string[] {
  if (literal === "{}") return [];
  if (!literal.includes('"')) return literal.slice(1, -1).split(",");
  const items: string[] = [];
  // An item in quotes, in which a backslash takes the next character as it is, or one without.
  for (const [, quoted, bare] of literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/gs)) {
    items.push(quoted === undefined ? bare! : quoted.replaceAll(/\\(.)/gs, "$1"));
  }
  return items;
}
