import { isUtf8 } from "node:buffer";
import { SourceError } from "./source-error.ts";

const csvAdvice = "Open it in the program that made it, save it as CSV (UTF-8), and upload that file.";

/** Files that people upload by mistake, by their first bytes, one character per byte. */
const signatures: readonly (readonly [start: string, what: string])[] = [
  ["PK\x03\x04", "a spreadsheet (.xlsx, .ods) or another zip file"],
  ["\xd0\xcf\x11\xe0", "an old Excel file (.xls)"],
  ["%PDF-", "a PDF"],
  ["\x89PNG", "a picture"],
  ["\xff\xd8\xff", "a picture"],
  ["SQLite format 3\0", "an SQLite database"],
  ["PAR1", "a Parquet file"],
  ["7z\xbc\xaf\x27\x1c", "a 7-Zip file"],
  ["Rar!\x1a\x07", "a RAR file"],
  ["BZh91AY&SY", "a bzip2 file"],
  ["\xfd7zXZ", "an xz file"],
  ["\x28\xb5\x2f\xfd", "a Zstandard file"],
  ["\xff\xfe\0\0", "a UTF-32 text"],
  ["\0\0\xfe\xff", "a UTF-32 text"],
];

/**
 * Refuses what is plainly no text.
 * @param sample the first bytes; UTF-16 must have become UTF-8, or its NULs would speak against it
 * @throws SourceError not_text
 */
export function refuseUnreadable(sample: Buffer): void {
  const controls = countControls(sample);
  const share = controls / sample.length;
  // Below 32 they may be a few damaged rows of a small file, which fail one by one.
  if (controls >= 32 && (share > 0.3 || (share > 0.05 && !isUtf8(sample)))) {
    throw new SourceError("not_text", `The file is not a text. ${csvAdvice}`);
  }
}

/** @throws SourceError not_text when the raw bytes begin as a known kind of binary file does */
export function refuseKnownBinary(raw: Buffer): void {
  const start = raw.toString("latin1", 0, 16);
  for (const [signature, what] of signatures) {
    if (start.startsWith(signature)) throw new SourceError("not_text", `The file is ${what}. ${csvAdvice}`);
  }
}

function countControls(bytes: Buffer): number {
  let controls = 0;
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32)) controls++;
  }
  return controls;
}
