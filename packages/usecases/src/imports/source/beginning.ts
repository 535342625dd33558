import { ByteWindow } from "./byte-window.ts";
import { decodedBytes } from "./decoded-bytes.ts";
import { readRecords } from "./read.ts";
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
  /** what makes the file unreadable within its beginning */
  error: SourceError | null;
};

/** What the part of a file ends with that is not its end: the records in front of it are whole. */
class CutHere extends Error {}

/** Reads the records within the first 1 MiB of the decoded stream, and at most the first 1,000. */
export async function readBeginning(open: OpenSource, shape: SourceShape): Promise<Beginning> {
  const window = new ByteWindow(decodedBytes(open, shape, 0).chunks);
  const { bytes, last } = await window.fill(Buffer.alloc(0), most.bytes);
  await window.close();
  const part: OpenSource = async function* () {
    yield bytes;
    if (!last) throw window.fault?.error ?? new CutHere();
  };
  // Decoded already: what was UTF-16 is UTF-8 by now.
  const encoding = shape.encoding === "windows-1252" ? shape.encoding : "utf-8";
  const records: FileRecord[] = [];
  try {
    for await (const block of readRecords(part, { ...shape, gzip: false, encoding })) {
      records.push(...block.records);
      if (records.length > most.records) {
        return { records: records.slice(0, most.records), complete: false, error: null };
      }
    }
    return { records, complete: true, error: null };
  } catch (error) {
    if (error instanceof CutHere) return { records, complete: false, error: null };
    if (error instanceof SourceError) return { records, complete: false, error };
    throw error;
  }
}
