import type { ContactInput } from "@roster/domain/contact.ts";
import type { ColumnTarget } from "@roster/domain/import-columns.ts";
import { ObjectReader } from "@roster/domain/import-object.ts";
import { type RowResult, readCells } from "@roster/domain/import-row.ts";
import { rowProblem } from "@roster/domain/row-problem.ts";
import type { Failure } from "@roster/store/import-batches.ts";
import type { FileRecord } from "./import-source/record.ts";

/** Reads the records of one file by the domain's rules; made once per file, since its columns never change. */
export class RowReader {
  readonly #columns: readonly ColumnTarget[];
  readonly #emailAt: number;
  readonly #tags: readonly string[];
  readonly #objects: ObjectReader;

  /**
   * @param columns what each column fills; empty for JSON and NDJSON
   * @param mapping key → field, for JSON and NDJSON
   * @param tags given to every contact of the file
   */
  constructor(
    columns: readonly ColumnTarget[],
    mapping: Readonly<Record<string, string>>,
    tags: readonly string[],
  ) {
    this.#columns = columns;
    this.#emailAt = columns.findIndex((column) => column.kind === "email");
    this.#tags = tags;
    this.#objects = new ObjectReader(mapping, tags);
  }

  read(record: FileRecord): RowResult {
    if (record.problem !== undefined) {
      return { ok: false, problem: rowProblem(record.problem.code, null, null, record.problem.message) };
    }
    if (record.cells !== undefined) return readCells(record.cells, this.#columns, this.#tags);
    return this.#objects.read(record.value);
  }

  /** A failed record with everything that its report shows. */
  failure(record: FileRecord, problem: Failure["problem"]): Failure {
    const { row } = record;
    if (record.cells !== undefined) {
      return { row, problem, email: record.cells[this.#emailAt] ?? null, cells: record.cells, raw: null };
    }
    const email = record.value?.email;
    return { row, problem, email: typeof email === "string" ? email : null, cells: null, raw: record.raw };
  }
}

/** The rows of a batch that could be read, and those that could not. */
export type ReadRows = { inputs: ContactInput[]; records: FileRecord[]; failures: Failure[] };

export function readRows(reader: RowReader, records: readonly FileRecord[]): ReadRows {
  const rows: ReadRows = { inputs: [], records: [], failures: [] };
  for (const record of records) {
    const result = reader.read(record);
    if (result.ok) {
      rows.inputs.push(result.input);
      rows.records.push(record);
    } else {
      rows.failures.push(reader.failure(record, result.problem));
    }
  }
  return rows;
}
