import type { FileRecord, RecordBlock } from "./source/record.ts";
import { SourceError } from "./source/source-error.ts";

/** How a file is cut: by rows, and by bytes where rows are large, so that no batch fills the memory. */
export type BatchSize = { rows: number; bytes: number };

/**
 * 2,500 rows: fewer cost round trips and commits, more cost memory – four batches are alive at a time, and what lives long
 * enough is copied by every collection of garbage – and make a stop wait. Both borders depend on the file alone, so that
 * every reading of it, also one that resumes, cuts the same batches.
 */
export const defaultBatchSize: BatchSize = { rows: 2500, bytes: 8 * 1024 * 1024 };

/** Consecutive records of a file, with the place from which reading goes on behind them. */
export type RecordBatch = {
  batchNo: number;
  records: FileRecord[];
  /** The last record's place in the decoded file, and its row. */
  lastByte: number;
  lastRow: number;
  /** Bytes of the upload that were read up to the end of the block with that record. */
  bytesDone: number;
};

/**
 * Groups the records of a file into batches. When the file turns out to be broken, the records in front of the break
 * still come as a batch, and then the error.
 * @param from the number of the first batch, and the row up to which records were already batched
 */
export async function* batchRecords(
  blocks: AsyncIterable<RecordBlock>,
  size: BatchSize,
  from: { batchNo: number; afterRow: number },
): AsyncGenerator<RecordBatch> {
  let batchNo = from.batchNo;
  let records: FileRecord[] = [];
  let bytes = 0;
  let bytesDone = 0;

  const cut = (bytesDone: number): RecordBatch => {
    const last = records.at(-1)!;
    const batch = {
      batchNo: batchNo++,
      records,
      lastByte: last.byte,
      lastRow: last.row,
      bytesDone,
    };
    records = [];
    bytes = 0;
    return batch;
  };

  let broken: { error: unknown } | null = null;
  const source = blocks[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<RecordBlock>;
      try {
        next = await source.next();
      } catch (error) {
        // Only what is wrong with the file is the same at every reading: a batch cut short by a lost connection is not.
        if (!(error instanceof SourceError)) throw error;
        broken = { error };
        break;
      }
      if (next.done === true) break;
      bytesDone = next.value.end;
      for (const record of next.value.records) {
        if (record.row <= from.afterRow) continue;
        records.push(record);
        bytes += record.bytes;
        if (records.length >= size.rows || bytes >= size.bytes) yield cut(bytesDone);
      }
    }
    if (records.length > 0) yield cut(bytesDone);
    if (broken !== null) throw broken.error;
  } finally {
    await source.return?.();
  }
}
