/** Rows as text with aligned columns; `right` lists the columns (from 0) that hold numbers. */
export function textTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * Text from a file, safe to print: control characters could move the cursor or recolour the terminal, and a long cell
 * would push the other columns away.
 */
export function printable(text: string, limit = 60): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  const plain = text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, "␣");
  const characters = [...plain];
  return characters.length <= limit ? plain : `${characters.slice(0, limit - 1).join("")}…`;
}
