import { ParserOptions } from "@fast-csv/parse/build/src/ParserOptions.js";
import { RowParser, Scanner } from "@fast-csv/parse/build/src/parser/index.js";
import type { Delimiter } from "./shape.ts";

/** Reads the cells of one record; null if its quotes are malformed. */
export type QuotedCells = (record: string) => string[] | null;

/**
 * fast-csv's row parser, called directly: its stream needs a setImmediate per hundred rows and ends the whole
 * file at the first malformed quote. One record goes in at a time, so one record is one row, and a byte order
 * mark in the middle of a file is not taken for one at its beginning.
 */
export function quotedCells(delimiter: Delimiter): QuotedCells {
  const parserOptions = new ParserOptions({ delimiter });
  const parser = new RowParser(parserOptions);
  return (line) => {
    try {
      return parser.parse(new Scanner({ line, parserOptions, hasMoreData: false }));
    } catch {
      return null;
    }
  };
}
