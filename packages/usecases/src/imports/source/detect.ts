import { isEmail } from "@roster/domain/imports/column-content.ts";
import { reasonHeader } from "@roster/domain/imports/header-field.ts";
import { plainCell } from "@roster/domain/imports/spreadsheet-cell.ts";
import { refuseKnownBinary, refuseUnreadable } from "./binary-file.ts";
import { ByteWindow } from "./byte-window.ts";
import { decodedBytes } from "./decoded-bytes.ts";
import { detectContents } from "./detect-contents.ts";
import { detectDelimiter } from "./detect-delimiter.ts";
import { detectEncoding, markedEncoding } from "./detect-encoding.ts";
import { byteOrderMark, readBlocks } from "./read.ts";
import { defaultLimits, type ReadLimits } from "./read-limits.ts";
import type { FileFormat, OpenSource, ShapeHints, SourceShape } from "./shape.ts";
import { SourceError } from "./source-error.ts";

const sampleBytes = 1024 * 1024;

/** More columns than any export has; a file that has them was split by the wrong character. */
const mostColumns = 1000;

/**
 * Finds out how a file is to be read, from its first 1 MiB; hints win, but for a byte order mark. How the chunks are cut
 * changes nothing.
 * @param limits the longest header row; see `readRecords`
 * @throws SourceError empty_file, not_text, invalid_gzip, compression_ratio, invalid_json (not an array),
 *   too_many_columns, unclosed_quote, or the problem of a header row that cannot be used
 */
export async function detectSource(
  open: OpenSource,
  hints: ShapeHints = {},
  limits: Partial<ReadLimits> = {},
): Promise<SourceShape> {
  const head = await sampleOf(open(0), 16);
  refuseEmpty(head.bytes);
  refuseKnownBinary(head.bytes);
  const gzip = hints.gzip ?? (head.bytes[0] === 0x1f && head.bytes[1] === 0x8b);

  const unpacked = await sampleOf(decodedBytes(open, { gzip, encoding: "utf-8" }, 0).chunks, sampleBytes);
  refuseEmpty(unpacked.bytes);
  refuseKnownBinary(unpacked.bytes);
  // A byte order mark cannot be mistaken, and who says otherwise means the file before somebody saved it anew.
  const encoding =
    markedEncoding(unpacked.bytes) ?? hints.encoding ?? detectEncoding(unpacked.bytes, unpacked.complete);

  const decoded = await sampleOf(decodedBytes(open, { gzip, encoding }, 0).chunks, sampleBytes);
  const text = decoded.bytes.subarray(byteOrderMark(decoded.bytes));
  refuseEmpty(text);
  refuseUnreadable(text);
  const format = hints.format ?? detectFormat(text);
  if (format !== "csv") {
    if (format === "ndjson" && hints.format === undefined) refuseOneObject(text);
    return { format, gzip, encoding, delimiter: null, headers: null, headerRow: false, contents: [] };
  }
  const { recordBytes } = { ...defaultLimits, ...limits };
  const delimiter = hints.delimiter ?? (await detectDelimiter(text, encoding, recordBytes));
  const plain = { format, gzip, encoding, delimiter, headers: null, headerRow: true, contents: [] };
  const first = await headersOf(open, plain, limits);
  const headerRow = !first.some(isEmail);
  const headers = headerRow ? first : first.map((_, i) => `column ${i + 1}`);
  const shape = { ...plain, headers, headerRow };
  // In a file of failed rows every header says what its column is: see `jobFailuresCsv`.
  if (headers.includes(reasonHeader)) return shape;
  return { ...shape, contents: await detectContents(open, shape) };
}

/** At most so many bytes from a source's beginning; a source that breaks behind them does not matter yet. */
async function sampleOf(
  chunks: AsyncIterable<Uint8Array>,
  wanted: number,
): Promise<{ bytes: Buffer; complete: boolean }> {
  const window = new ByteWindow(chunks);
  try {
    const { bytes, last } = await window.fill(Buffer.alloc(0), wanted);
    if (bytes.length === 0 && window.fault !== null) throw window.fault.error;
    return { bytes, complete: last };
  } finally {
    await window.close();
  }
}

function refuseEmpty(bytes: Buffer): void {
  if (bytes.length === 0) throw emptyFile();
}

function emptyFile(): SourceError {
  return new SourceError(
    "empty_file",
    "The file is empty. Send a file with a header row and at least one contact.",
  );
}

function detectFormat(text: Buffer): FileFormat {
  const first = /\S/.exec(text.toString("latin1", 0, 64 * 1024))?.[0];
  if (first === "[") return "json";
  return first === "{" ? "ndjson" : "csv";
}

/** A pretty-printed object is one document, not one object a line: a line of its own would not be broken off. */
function refuseOneObject(text: Buffer): void {
  const firstLine = text.toString("utf8").trimStart().split("\n", 1)[0]!.trimEnd();
  if (!/[{[,:]$/.test(firstLine)) return;
  const message =
    'The JSON file is one object. Send an array of objects, like [{"email": "ana@example.com"}], or one object a line.';
  throw new SourceError("invalid_json", message);
}

async function headersOf(
  open: OpenSource,
  shape: SourceShape,
  limits: Partial<ReadLimits>,
): Promise<string[]> {
  for await (const { records } of readBlocks(open, shape, undefined, limits)) {
    const [header] = records;
    if (header?.cells === undefined) break;
    const { cells, problem, row } = header;
    if (problem !== undefined) {
      throw new SourceError(
        problem.code,
        `The header row (row ${row}) cannot be used. ${problem.message}`,
        row,
      );
    }
    if (cells.length > mostColumns) {
      const message =
        `The header row has ${cells.length} columns; at most ${mostColumns} are read. Delete the columns that are not ` +
        "needed, or name the right delimiter.";
      throw new SourceError("too_many_columns", message, row);
    }
    return cells.map(plainCell);
  }
  throw emptyFile();
}
