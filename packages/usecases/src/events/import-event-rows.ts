import { type EventColumns, eventFieldOf, mapEventColumns } from "@roster/domain/events/event-columns.ts";
import {
  type EventField,
  type EventResult,
  type ReportedEvent,
  readEvent,
} from "@roster/domain/events/event-input.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { type RowProblem, rowProblem } from "@roster/domain/imports/row-problem.ts";
import { plainCell } from "@roster/domain/imports/spreadsheet-cell.ts";
import type { Failure } from "@roster/store/imports/import-batches.ts";
import type { FileRecord } from "../imports/source/record.ts";
import type { SourceShape } from "../imports/source/shape.ts";

/** What the columns of a file of events fill; none for JSON and NDJSON, whose records name their keys. */
export function eventColumnsOfFile(shape: SourceShape, { mapping }: ImportPolicy): EventColumns {
  if (shape.headers !== null) return mapEventColumns(shape.headers, mapping);
  const mapped = mapEventColumns(
    ["email", "type", ...Object.keys(mapping).map((key) => key.trim())],
    mapping,
  );
  const isWrong = !mapped.ok && mapped.problem.code === "invalid_mapping";
  return isWrong ? mapped : { ok: true, columns: [], choices: [] };
}

/** Most keys of objects that are remembered: ever new ones must not fill the memory. */
const knownKeys = 1000;

/** Reads the records of one file of events by the domain's rules. */
export class EventRowReader {
  readonly #columns: readonly (EventField | null)[];
  readonly #mapping: ReadonlyMap<string, string>;
  readonly #now: Date;
  readonly #fields = new Map<string, EventField | null>();

  /**
   * @param columns what each column fills; empty for JSON and NDJSON
   * @param now when the file was handed in: what events without a time have, and what the age of all is measured by
   */
  constructor(columns: readonly (EventField | null)[], { mapping }: ImportPolicy, now: Date) {
    this.#columns = columns;
    this.#mapping = new Map(Object.entries(mapping).map(([key, to]) => [key.trim(), to.trim()]));
    this.#now = now;
  }

  read(record: FileRecord): EventResult {
    if (record.problem !== undefined) {
      return { ok: false, problem: rowProblem(record.problem.code, null, null, record.problem.message) };
    }
    return readEvent(this.#given(record), this.#now);
  }

  #given({ cells, value }: FileRecord): { [Field in EventField]?: unknown } {
    const given: { [Field in EventField]?: unknown } = {};
    if (cells === undefined) {
      for (const key in value) {
        const field = this.fieldOf(key);
        if (field !== null && given[field] === undefined) given[field] = value[key];
      }
      return given;
    }
    for (const [i, field] of this.#columns.entries()) {
      const cell = cells[i];
      if (field !== null && cell !== undefined) given[field] = plainCell(cell);
    }
    return given;
  }

  /** What a key of an object fills. */
  fieldOf(key: string): EventField | null {
    const known = this.#fields.get(key);
    if (known !== undefined) return known;
    const to = this.#mapping.get(key.trim());
    const field = to === undefined ? eventFieldOf(key) : to === "ignore" ? null : (to as EventField);
    if (this.#fields.size < knownKeys) this.#fields.set(key, field);
    return field;
  }

  /** A failed record with everything that its report shows. */
  failure(record: FileRecord, problem: RowProblem): Failure {
    const { email } = this.#given(record);
    return {
      row: record.row,
      problem,
      email: typeof email === "string" ? email : null,
      cells: record.cells ?? null,
      raw: record.cells === undefined ? record.raw : null,
    };
  }

  rows(records: readonly FileRecord[]): EventRows {
    const rows: EventRows = { reported: [], records: [], failures: [] };
    for (const record of records) {
      const result = this.read(record);
      if (result.ok) {
        rows.reported.push(result.input);
        rows.records.push(record);
      } else {
        rows.failures.push(this.failure(record, result.problem));
      }
    }
    return rows;
  }
}

/** The rows of a batch that could be read, and those that could not. */
export type EventRows = { reported: ReportedEvent[]; records: FileRecord[]; failures: Failure[] };
