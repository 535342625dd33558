import { detectSource } from "../../src/imports/source/detect.ts";
import { readRecords } from "../../src/imports/source/read.ts";
import type { ReadLimits } from "../../src/imports/source/read-limits.ts";
import type { FileRecord, Position } from "../../src/imports/source/record.ts";
import type { OpenSource, ShapeHints, SourceShape } from "../../src/imports/source/shape.ts";

/** An upload in memory, handed out in chunks of a given size. */
export function sourceFrom(content: string | Uint8Array, chunkBytes = 64 * 1024): OpenSource {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return async function* (fromByte) {
    for (let at = fromByte; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
}

/** Every record, and what ended the reading before the file's end. */
export async function collect(
  open: OpenSource,
  shape: SourceShape,
  from?: Position,
  limits?: Partial<ReadLimits>,
): Promise<{ records: FileRecord[]; error: unknown }> {
  const records: FileRecord[] = [];
  try {
    for await (const block of readRecords(open, shape, from, limits)) records.push(...block.records);
  } catch (error) {
    return { records, error };
  }
  return { records, error: undefined };
}

/** Detects and reads a whole file. */
export async function readAll(
  content: string | Uint8Array,
  hints?: ShapeHints,
  limits?: Partial<ReadLimits>,
): Promise<{ shape: SourceShape; records: FileRecord[]; error: unknown }> {
  const open = sourceFrom(content);
  const shape = await detectSource(open, hints);
  return { shape, ...(await collect(open, shape, undefined, limits)) };
}

/** What a test compares: the rows with their cells. */
export function rows(records: readonly FileRecord[]): [number, string[] | undefined][] {
  return records.map(({ row, cells }) => [row, cells]);
}
