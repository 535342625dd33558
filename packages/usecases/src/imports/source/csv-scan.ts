import type { Delimiter, Encoding } from "./shape.ts";

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

export type CsvRules = { delimiter: Delimiter; encoding: Encoding; recordBytes: number };

/** How far a record could be followed. All numbers are indexes into the scanned text. */
export type CsvScan =
  /** the record ends at `end`, the next one begins at `next` */
  | { kind: "end"; end: number; next: number; quoted: boolean }
  /** the text ended first: go on at `cell`, `inside` an unquoted cell or at the beginning of one */
  | { kind: "more"; cell: number; inside: boolean }
  /** text follows a closing quote */
  | { kind: "malformed"; at: number }
  /** a quote that is not closed within the limit, or not at all */
  | { kind: "unclosed" };

/**
 * Follows one record with quotes to its end, by fast-csv's rules: a quote opens a cell only as its first character
 * after white space (any that `\s` matches, also beyond ASCII), elsewhere it is a character like any other; inside,
 * two quotes are one; after the closing one only white space may precede the delimiter or the line end.
 * @param text one character per byte
 * @param from the beginning of a cell, or a place inside an unquoted cell
 * @param last whether the file ends where the text ends
 */
export function scanCsvRecord(
  text: string,
  from: number,
  inside: boolean,
  last: boolean,
  rules: CsvRules,
): CsvScan {
  const delimiter = rules.delimiter.charCodeAt(0);
  let cell = from;
  let unquoted = inside;
  let quoted = false;
  for (;;) {
    let at = cell;
    const first = text.charCodeAt(cell);
    // Most cells begin with a letter, a digit or the next delimiter.
    if (!unquoted && !(first > quote && first < 0x80)) {
      const open = skipSpaces(text, cell, rules);
      // Spaces without end are no reason to keep them: past the limit the cell counts as unquoted.
      if (open - cell <= rules.recordBytes) {
        if (!last && undecided(text, open)) return { kind: "more", cell, inside: false };
        if (text.charCodeAt(open) === quote) {
          quoted = true;
          const close = closingQuote(text, open, last);
          if (Math.abs(close) - open > rules.recordBytes || (close < 0 && last)) return { kind: "unclosed" };
          if (close < 0) return { kind: "more", cell, inside: false };
          at = skipSpaces(text, close + 1, rules);
          if (at - close > rules.recordBytes) return { kind: "malformed", at: close + 1 };
          if (!last && undecided(text, at)) return { kind: "more", cell, inside: false };
          if (at < text.length && !ends(text.charCodeAt(at), delimiter)) return { kind: "malformed", at };
        }
      }
    }
    while (at < text.length && !ends(text.charCodeAt(at), delimiter)) at++;
    if (at === text.length) {
      return last ? { kind: "end", end: at, next: at, quoted } : { kind: "more", cell: at, inside: true };
    }
    if (text.charCodeAt(at) !== delimiter) {
      const next = afterLineEnd(text, at, last);
      // A return at the very end may be half a line end. The cell is over, so going on inside it is right.
      return next === -1 ? { kind: "more", cell: at, inside: true } : { kind: "end", end: at, next, quoted };
    }
    cell = at + 1;
    unquoted = false;
  }
}

/** Where the next line begins when a line end is at `at`; -1 if a following line feed may still come. */
export function afterLineEnd(text: string, at: number, last: boolean): number {
  if (text.charCodeAt(at) === lf) return at + 1;
  if (at + 1 === text.length) return last ? at + 1 : -1;
  return text.charCodeAt(at + 1) === lf ? at + 2 : at + 1;
}

function ends(code: number, delimiter: number): boolean {
  return code === delimiter || code === lf || code === cr;
}

/** The index of the quote that closes the one at `open`; if there is none yet, minus the index that was reached. */
function closingQuote(text: string, open: number, last: boolean): number {
  let at = open + 1;
  for (;;) {
    const found = text.indexOf('"', at);
    if (found === -1) return -text.length;
    if (found + 1 === text.length) return last ? found : -found;
    if (text.charCodeAt(found + 1) !== quote) return found;
    at = found + 2;
  }
}

/** Whether the text ends before it is known if white space goes on here. */
function undecided(text: string, at: number): boolean {
  return at >= text.length || (text.charCodeAt(at) >= 0xc2 && at + 3 > text.length);
}

/** The index behind white space; a delimiter and line ends are none. */
function skipSpaces(text: string, from: number, rules: CsvRules): number {
  const delimiter = rules.delimiter.charCodeAt(0);
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c) {
      if (code === delimiter) return at;
      at++;
    } else if (code >= 0x80) {
      const length = rules.encoding === "windows-1252" ? (code === 0xa0 ? 1 : 0) : wideSpace(text, at);
      if (length === 0) return at;
      at += length;
    } else return at;
  }
}

/** How many bytes of UTF-8 white space begin here. */
function wideSpace(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0xc2) return text.charCodeAt(at + 1) === 0xa0 ? 2 : 0;
  if (code !== 0xe1 && code !== 0xe2 && code !== 0xe3 && code !== 0xef) return 0;
  return /^(?:\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)/.test(
    text.slice(at, at + 3),
  )
    ? 3
    : 0;
}
