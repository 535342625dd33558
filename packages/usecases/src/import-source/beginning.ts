import { readRecords } from "./read.ts";
import type { ReadLimits } from "./read-limits.ts";
import type { FileRecord } from "./record.ts";
import type { OpenSource, SourceShape } from "./shape.ts";
import { SourceError } from "./source-error.ts";

/** Enough to know a file by, and read in a moment. */
const most = { records: 1000, bytes: 1024 * 1024 } as const;

/** A file's first records. They depend on the file alone, not on how its chunks are cut. */
export type Beginning = {
  records: FileRecord[];
  /** whether these are all */
  complete: boolean;
  /** what ended the reading in front of the file's end */
  error: SourceError | null;
};

/** Reads at most the first 1,000 records, and none that begins behind the first 1 MiB of the decoded stream. */
export async function readBeginning(
  open: OpenSource,
  shape: SourceShape,
  limits: Partial<ReadLimits> = {},
): Promise<Beginning> {
  const records: FileRecord[] = [];
  try {
    for await (const block of readRecords(open, shape, undefined, limits)) {
      for (const record of block.records) {
        if (records.length >= most.records || record.byte >= most.bytes) {
          return { records, complete: false, error: null };
        }
        records.push(record);
      }
    }
    return { records, complete: true, error: null };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { records, complete: false, error };
  }
}
