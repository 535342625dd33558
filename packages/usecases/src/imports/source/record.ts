/** Where a record begins; reading can start again at the position of any record and of any block. */
export type Position = {
  /** offset in the decoded stream: after gunzip, and after UTF-16 became UTF-8; a byte order mark counts */
  byte: number;
  /**
   * CSV: the row number that a spreadsheet shows (the header is 1 unless blank lines precede it; blank lines
   * count, line breaks inside a cell do not). NDJSON: the line. JSON array: index + 1.
   */
  row: number;
};

/** Why a single record cannot be used although the file goes on. */
export type RecordProblemCode =
  | "invalid_encoding"
  | "nul_byte"
  | "record_too_long"
  | "malformed_quotes"
  | "invalid_json"
  | "not_an_object";

export type RecordProblem = {
  code: RecordProblemCode;
  /** a sentence that says what to mend */
  message: string;
};

type Placed = Position & {
  /** length in the decoded stream, without the line end */
  bytes: number;
};

/** One row of a CSV. With a problem, the cells are what could be read of it, for the list of failed rows. */
export type CellsRecord = Placed & {
  cells: string[];
  value?: undefined;
  problem: RecordProblem | undefined;
};

/**
 * One element of a JSON array, or one line of NDJSON. `raw` is its own text. The value is as JSON.parse gave it:
 * `__proto__` may be an own key, so copy keys with care.
 */
export type ObjectRecord = Placed & {
  cells?: undefined;
  value: Record<string, unknown>;
  raw: string;
  problem: undefined;
};

/** An element or line that is no usable object; `raw` is shortened where it was too long. */
export type BrokenRecord = Placed & {
  cells?: undefined;
  value?: undefined;
  raw: string;
  problem: RecordProblem;
};

/** NUL never gets into a record with a problem: its text shows U+FFFD instead, since Postgres refuses NUL. */
export type FileRecord = CellsRecord | ObjectRecord | BrokenRecord;

/** A stretch of records, never empty. Where blocks are cut depends on chunk sizes; the records do not. */
export type RecordBlock = {
  /** of the first record of the block */
  position: Position;
  /** raw bytes of the upload taken so far, counted from its beginning: for progress, not for seeking */
  end: number;
  records: FileRecord[];
};
