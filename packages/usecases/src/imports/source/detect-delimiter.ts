import { setImmediate } from "node:timers/promises";
import { CsvSplitter } from "./csv-splitter.ts";
import type { FileRecord } from "./record.ts";
import { DELIMITERS, type Delimiter, type Encoding } from "./shape.ts";

/** Enough for a header and some hundred rows; each candidate reads it once. */
const sampleBytes = 64 * 1024;

/**
 * The delimiter that gives the header row most columns. Where several give as many, the one under which most of the
 * following rows have as many as the header; then the more usual one. Quotes are respected: what a candidate cannot
 * read as a header is not the delimiter.
 * @param sample the file's beginning without a byte order mark
 */
export async function detectDelimiter(
  sample: Buffer,
  encoding: Encoding,
  recordBytes: number,
): Promise<Delimiter> {
  let best: { delimiter: Delimiter; columns: number; agreeing: number } | null = null;
  for (const delimiter of DELIMITERS) {
    await setImmediate(); // a header that fills the sample takes each candidate tens of milliseconds
    const [header, ...rows] = readSample(sample, { delimiter, encoding, recordBytes });
    if (header?.cells === undefined || header.problem?.code === "malformed_quotes") continue;
    const columns = header.cells.length;
    const agreeing = rows.filter((row) => row.cells?.length === columns).length / Math.max(1, rows.length);
    if (best === null || columns > best.columns || (columns === best.columns && agreeing > best.agreeing)) {
      best = { delimiter, columns, agreeing };
    }
  }
  return best === null || best.columns === 1 ? "," : best.delimiter;
}

function readSample(sample: Buffer, rules: ConstructorParameters<typeof CsvSplitter>[0]): FileRecord[] {
  for (const bytes of [sample.subarray(0, sampleBytes), sample]) {
    const records: FileRecord[] = [];
    const splitter = new CsvSplitter(rules, 1);
    try {
      const taken = splitter.take(bytes, 0, false, records);
      // A small file may have no line end at all: then it is its header.
      if (records.length === 0) splitter.take(bytes.subarray(taken), taken, bytes === sample, records);
    } catch {
      // An unclosed quote further down: the records in front of it are there.
    }
    if (records.length > 0) return records;
  }
  return [];
}
