import type { ContactInput } from "@roster/domain/contact.ts";
import type { ColumnTarget } from "@roster/domain/import-columns.ts";
import { type RowResult } from "@roster/domain/import-row.ts";
import type { Failure } from "@roster/store/import-batches.ts";
import type { FileRecord } from "./import-source/record.ts";
/** Reads the records of one file by the domain's rules; made once per file, since its columns never change. */
export declare class RowReader {
    #private;
    /**
     * @param columns what each column fills; empty for JSON and NDJSON
     * @param mapping key → field, for JSON and NDJSON
     * @param tags given to every contact of the file
     */
    constructor(columns: readonly ColumnTarget[], mapping: Readonly<Record<string, string>>, tags: readonly string[]);
    read(record: FileRecord): RowResult;
    /** A failed record with everything that its report shows. */
    failure(record: FileRecord, problem: Failure["problem"]): Failure;
}
/** The rows of a batch that could be read, and those that could not. */
export type ReadRows = {
    inputs: ContactInput[];
    records: FileRecord[];
    failures: Failure[];
};
export declare function readRows(reader: RowReader, records: readonly FileRecord[]): ReadRows;
