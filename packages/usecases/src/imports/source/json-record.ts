import { type BlockText, withoutNul } from "./block-text.ts";
import { readJsonObject } from "./json-value.ts";
import { byteSize } from "./read-limits.ts";
import type { BrokenRecord, FileRecord } from "./record.ts";

/** How much of a record that is too long is shown, in bytes. */
const sampleBytes = 200;

/** The record in a range of a block; `base` is the block's offset in the decoded stream. */
export function jsonRecord(
  block: BlockText,
  base: number,
  from: number,
  to: number,
  row: number,
): FileRecord {
  const raw = block.slice(from, to);
  const placed = { row, byte: base + from, bytes: to - from };
  const fault = block.clean ? undefined : block.problem(from, to);
  if (fault !== undefined) return { ...placed, raw: withoutNul(raw), problem: fault };
  const read = readJsonObject(raw);
  return "value" in read
    ? { ...placed, value: read.value, raw, problem: undefined }
    : { ...placed, raw, problem: read.problem };
}

/** A record past the limit of `recordBytes`, of which the beginning is kept; its length is known at its end. */
export function longJsonRecord(
  block: BlockText,
  base: number,
  from: number,
  row: number,
  recordBytes: number,
): BrokenRecord {
  const shown = block.slice(from, from + Math.min(sampleBytes, recordBytes)).replace(/\uFFFD+$/, "");
  const message = `The record is longer than ${byteSize(recordBytes)}. Shorten it, or check where it ends.`;
  const problem = { code: "record_too_long" as const, message };
  return { row, byte: base + from, bytes: 0, raw: withoutNul(`${shown}…`), problem };
}
