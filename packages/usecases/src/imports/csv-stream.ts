import { Readable } from "node:stream";
import { defusedText } from "@roster/domain/imports/spreadsheet-cell.ts";
import { format } from "fast-csv";

/** A CSV of any length as it comes, with formulas defused as `defusedText` says. */
export function csvStream(
  headers: readonly string[],
  rows: AsyncIterable<readonly string[]>,
): AsyncIterable<string> {
  const source = Readable.from(defused(rows));
  const csv = format({ headers: [...headers], alwaysWriteHeaders: true, includeEndRowDelimiter: true });
  source.on("error", (error) => csv.destroy(error));
  // A reader that goes away early ends the reading of pages too.
  csv.on("close", () => source.destroy());
  source.pipe(csv).setEncoding("utf8");
  return csv;
}

async function* defused(rows: AsyncIterable<readonly string[]>): AsyncGenerator<string[]> {
  for await (const cells of rows) yield cells.map(defusedText);
}
