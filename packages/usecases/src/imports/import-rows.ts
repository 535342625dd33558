import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { type ColumnsResult, type ColumnTarget, mapColumns } from "@roster/domain/imports/import-columns.ts";
import { ObjectReader } from "@roster/domain/imports/import-object.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { readCells } from "@roster/domain/imports/import-row.ts";
import { RowMarks } from "@roster/domain/imports/row-mark.ts";
import { type RowProblem, rowProblem } from "@roster/domain/imports/row-problem.ts";
import { mapSuppressionColumns } from "@roster/domain/suppressions/suppression-columns.ts";
import { readSuppression, type SuppressionInput } from "@roster/domain/suppressions/suppression-row.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import type { FileRecord } from "./source/record.ts";
import type { SourceShape } from "./source/shape.ts";

/** What the columns of a file fill, by the domain's rules; none for JSON and NDJSON, whose records name their keys. */
export function columnsOfFile(shape: SourceShape, { target, mapping }: ImportPolicy): ColumnsResult {
  if (shape.headers === null) return { ok: true, columns: [], choices: [] };
  const map = target === "suppressions" ? mapSuppressionColumns : mapColumns;
  return map(shape.headers, mapping, shape.contents);
}

type ReadResult<Input> = { ok: true; input: Input } | { ok: false; problem: RowProblem };

/** Reads the records of one file by the domain's rules; made once per file, since its columns never change. */
export class RowReader {
  readonly #columns: readonly ColumnTarget[];
  readonly #emailAt: number;
  readonly #tags: readonly string[];
  readonly #objects: ObjectReader;
  readonly #marks: RowMarks;

  /** @param columns what each column fills; empty for JSON and NDJSON */
  constructor(columns: readonly ColumnTarget[], policy: ImportPolicy) {
    const { mapping, tags, target } = policy;
    this.#columns = columns;
    this.#emailAt = columns.findIndex((column) => column.kind === "email");
    this.#tags = tags;
    this.#objects = new ObjectReader(mapping, tags, target === "suppressions" ? target : "contacts");
    this.#marks = new RowMarks({ columns, policy });
  }

  readonly contact = (record: FileRecord): ReadResult<ContactInput> => {
    if (record.problem !== undefined) {
      return { ok: false, problem: rowProblem(record.problem.code, null, null, record.problem.message) };
    }
    if (record.cells !== undefined) return readCells(record.cells, this.#columns, this.#tags);
    return this.#objects.read(record.value);
  };

  /** Cells beyond the header are passed over like all others: nobody is to be mailed for a comma in a reason. */
  readonly suppression = (record: FileRecord): ReadResult<SuppressionInput> => {
    if (record.cells === undefined) return readSuppression(this.contact(record));
    return readSuppression(this.contact({ ...record, cells: record.cells.slice(0, this.#columns.length) }));
  };

  /** By what the same record is recognised in a later file of the same kind. */
  mark(record: FileRecord): number {
    return this.#marks.of(record.cells ?? [record.raw]);
  }

  /** A failed record with everything that its report shows. */
  failure(record: FileRecord, problem: RowProblem): Failure {
    const { row } = record;
    const email = this.email(record);
    return record.cells === undefined
      ? { row, problem, email, cells: null, raw: record.raw }
      : { row, problem, email, cells: record.cells, raw: null };
  }

  /** What a record has for its email, as it stands there. */
  email({ cells, value }: FileRecord): string | null {
    const email = cells === undefined ? value?.email : cells[this.#emailAt];
    return typeof email === "string" ? email : null;
  }

  /** @param as `contact` or `suppression` */
  rows<Input>(
    records: readonly FileRecord[],
    as: (record: FileRecord) => ReadResult<Input>,
  ): ReadRows<Input> {
    const rows: ReadRows<Input> = { inputs: [], records: [], failures: [] };
    for (const record of records) {
      const result = as(record);
      if (result.ok) {
        rows.inputs.push(result.input);
        rows.records.push(record);
      } else {
        rows.failures.push(this.failure(record, result.problem));
      }
    }
    return rows;
  }
}

/** The rows of a batch that could be read, and those that could not. */
export type ReadRows<Input> = { inputs: Input[]; records: FileRecord[]; failures: Failure[] };
