import type { ColumnContent } from "@roster/domain/imports/column-content.ts";

/** The three forms of file that an import accepts, each plain or gzipped. */
export type FileFormat = "csv" | "ndjson" | "json";

/** The encodings that can be recognised or asked for. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** What may stand between two cells of a CSV. */
export type Delimiter = "," | ";" | "\t" | "|";

/** In order of preference where a file speaks equally for several. */
export const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|"];

/**
 * How a file is to be read. It is found once and then kept with the job, so that every later slice and every
 * resume reads the same bytes in the same way.
 */
export type SourceShape = {
  format: FileFormat;
  gzip: boolean;
  encoding: Encoding;
  /** null unless the format is csv */
  delimiter: Delimiter | null;
  /** the cells of the header row as `plainCell` reads them, in file order; null unless the format is csv */
  headers: string[] | null;
  /** false where the first row holds an address already: then the headers are made up, and that row is data */
  headerRow: boolean;
  /** what the cells of each column tell, from the file's first rows; empty unless the format is csv, and for failed rows */
  contents: (ColumnContent | null)[];
};

/** What the caller knows about a file; each given value wins over detection, and a byte order mark over `encoding`. */
export type ShapeHints = {
  format?: FileFormat | undefined;
  gzip?: boolean | undefined;
  encoding?: Encoding | undefined;
  delimiter?: Delimiter | undefined;
};

/**
 * Opens the stored upload at a raw byte offset. Chunks may have any size; each call starts a new reading.
 */
export type OpenSource = (fromByte: number) => AsyncIterable<Uint8Array>;
