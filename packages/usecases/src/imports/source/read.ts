import { setImmediate } from "node:timers/promises";
import { ByteWindow } from "./byte-window.ts";
import { CsvSplitter } from "./csv-splitter.ts";
import { decodedBytes } from "./decoded-bytes.ts";
import { JsonSplitter } from "./json-splitter.ts";
import { NdjsonSplitter } from "./ndjson-splitter.ts";
import { defaultLimits, type ReadLimits } from "./read-limits.ts";
import type { FileRecord, Position, RecordBlock } from "./record.ts";
import type { OpenSource, SourceShape } from "./shape.ts";
import type { Splitter } from "./splitter.ts";

/**
 * Reads a file's records. Memory stays flat whatever the file is, and other work gets its turn after every block.
 * @param shape as `detectSource` found it
 * @param from the position of any block or record that an earlier reading gave; absent, the file's beginning, and
 *   then a header row is passed over
 * @throws SourceError when the file cannot be read any further; the records in front of that place come first
 */
export async function* readRecords(
  open: OpenSource,
  shape: SourceShape,
  from?: Position,
  limits: Partial<ReadLimits> = {},
): AsyncGenerator<RecordBlock> {
  let header = from === undefined && shape.headerRow;
  for await (const block of readBlocks(open, shape, from, limits)) {
    const records = header ? block.records.slice(1) : block.records;
    header = false;
    const [first] = records;
    if (first !== undefined)
      yield { position: { byte: first.byte, row: first.row }, end: block.end, records };
  }
}

/** Every record, a CSV's header row too. */
export async function* readBlocks(
  open: OpenSource,
  shape: SourceShape,
  from: Position | undefined,
  limits: Partial<ReadLimits>,
): AsyncGenerator<{ end: number; records: FileRecord[] }> {
  const { recordBytes, blockBytes } = { ...defaultLimits, ...limits };
  const source = decodedBytes(open, shape, from?.byte ?? 0);
  const window = new ByteWindow(source.chunks);
  const splitter = splitterFor(shape, from, recordBytes);
  let base = from?.byte ?? 0;
  let held: Buffer = Buffer.alloc(0);
  try {
    for (;;) {
      const block = await window.fill(held, blockBytes);
      held = block.bytes;
      if (base === 0 && held.length < 3 && !block.last && window.fault === null) continue;
      const skipped = base === 0 ? byteOrderMark(held) : 0;
      const records: FileRecord[] = [];
      let fault: { error: unknown } | null = window.fault;
      try {
        const taken = skipped + splitter.take(held.subarray(skipped), base + skipped, block.last, records);
        held = held.subarray(taken);
        base += taken;
      } catch (error) {
        fault = { error };
      }
      if (records.length > 0) yield { end: source.rawEnd(), records };
      if (fault !== null) throw fault.error;
      if (block.last) return;
      await setImmediate();
    }
  } finally {
    await window.close();
  }
}

/** The length of a UTF-8 byte order mark at the beginning; UTF-16's has become one by now. */
export function byteOrderMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function splitterFor(shape: SourceShape, from: Position | undefined, recordBytes: number): Splitter {
  const { encoding } = shape;
  const row = from?.row ?? 1;
  switch (shape.format) {
    case "csv":
      return new CsvSplitter({ delimiter: shape.delimiter ?? ",", encoding, recordBytes }, row);
    case "ndjson":
      return new NdjsonSplitter(encoding, recordBytes, row);
    case "json":
      return new JsonSplitter(encoding, recordBytes, row, from !== undefined);
  }
}
