export type Table = readonly (readonly (string | number)[])[];

/** What a benchmark found: once for programs, once as tables for people. */
export type Findings = { json: object; tables: readonly Table[] };

/** The middle of an odd number of figures, the upper of the two middles otherwise. */
export function median(figures: readonly number[]): number {
  return percentile(figures, 0.5);
}

/** The figure below which this share (0 to 1) of the figures lies. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** To two decimals. */
export function round2(n: number): number {
  return Math.round(n * 100) / 100;
}

/** Prints rows in columns: text to the left, numbers to the right. */
export function printTable(table: Table): void {
  const texts = table.map((row) =>
    row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)),
  );
  const widths = texts[0]!.map((_, i) => Math.max(...texts.map((row) => row[i]!.length)));
  for (const [r, row] of texts.entries()) {
    const cells = row.map((text, i) =>
      typeof table[r]![i] === "number" ? text.padStart(widths[i]!) : text.padEnd(widths[i]!),
    );
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
  process.stdout.write("\n");
}
