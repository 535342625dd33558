import type { FileRecord, RecordBlock } from "./import-source/record.ts";
/** How a file is cut: by rows, and by bytes where rows are large, so that no batch fills the memory. */
export type BatchSize = {
    rows: number;
    bytes: number;
};
/**
 * 5,000 rows: fewer cost round trips and commits, more cost memory and make a stop wait. Both borders depend on the file
 * alone, so that every reading of it, also one that resumes, cuts the same batches.
 */
export declare const defaultBatchSize: BatchSize;
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
export declare function batchRecords(blocks: AsyncIterable<RecordBlock>, size: BatchSize, from: {
    batchNo: number;
    afterRow: number;
}): AsyncGenerator<RecordBatch>;
