import { count } from "./quantity.ts";
import { printable, textTable } from "./text-table.ts";

type FailedRow = { row: number; field: string | null; value: string | null; message: string };

/** Rows of a file that failed, or would, with what stood there and why. */
export function failedRowsTable(rows: readonly FailedRow[]): string {
  const lines = rows.map(({ row, field, value, message }) => [
    count(row),
    field === null ? "" : printable(field, 24),
    value === null ? "" : printable(value, 32),
    printable(message, 120),
  ]);
  return textTable([["row", "field", "value", "reason"], ...lines], [0]);
}
