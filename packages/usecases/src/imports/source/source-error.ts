import { Refused } from "@roster/domain/refusal.ts";
import type { RecordProblemCode } from "./record.ts";

/** Why a file as a whole cannot be read, or not further. A record's code appears here when it is the header's. */
export type SourceErrorCode =
  | RecordProblemCode
  | "empty_file"
  | "not_text"
  | "too_many_columns"
  | "unclosed_quote"
  | "invalid_gzip"
  | "compression_ratio";

/** A file that ends an import. The message is a sentence for the person who uploaded it. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceErrorCode;
  /** the row at which reading stopped, where there is one */
  readonly row: number | undefined;

  constructor(code: SourceErrorCode, message: string, row?: number) {
    super(message);
    this.code = code;
    this.row = row;
  }
}

/** A file's fault as the refusal of the request that the file came with; whatever else was thrown, as it is. */
export function refusedFile(error: unknown): unknown {
  if (!(error instanceof SourceError)) return error;
  return new Refused({ code: "bad_upload", problem: error.code, message: error.message });
}
