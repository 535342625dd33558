import { Readable } from "node:stream";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { reasonHeader } from "@roster/domain/imports/header-field.ts";
import { defusedCell } from "@roster/domain/imports/spreadsheet-cell.ts";
import { failurePage, type StoredFailure } from "@roster/store/imports/import-batches.ts";
import type { Job } from "@roster/store/jobs/jobs.ts";
import { format } from "fast-csv";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { columnsOfFile } from "../imports/import-rows.ts";
import { ImportOptions } from "../imports/imports.ts";
import type { SourceShape } from "../imports/source/shape.ts";
import { requireReport, storedJob } from "./jobs.ts";

/** Failures read from the database at a time. */
const pageRows = 1000;

/**
 * The rows that failed as a CSV that is mended, also in a spreadsheet, and imported as it is, with the options of the first
 * import if there were any: the file's own headers, cells and delimiter, and the reason in a last column that an import
 * passes over. Formulas are defused as `defusedCell` says, which an import undoes. Rows of JSON files come as their text; a
 * job that is no import gives its contacts. It begins with a byte order mark, by which spreadsheets know UTF-8. Memory stays
 * flat however many rows failed.
 * @throws Refused missing_scope, not_found, report_expired
 */
export async function jobFailuresCsv(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
): Promise<AsyncIterable<string>> {
  requireScope(scope, "contacts:read");
  const job = await storedJob(deps, scope, jobId);
  requireReport(job);
  const shape = job.shape as SourceShape | null;
  const columns = job.kind === "import" ? failureColumns(headersOf(job, shape)) : contactColumns;
  const rows = Readable.from(cellsOf(deps, scope, job.id, columns.cells));
  const csv = format({
    headers: columns.headers.map(defusedCell),
    delimiter: shape?.delimiter ?? ",",
    writeBOM: true,
    alwaysWriteHeaders: true,
    rowDelimiter: "\r\n",
    includeEndRowDelimiter: true,
  });
  rows.on("error", (error) => csv.destroy(error));
  rows.pipe(csv).setEncoding("utf8");
  return csv;
}

/**
 * The headers of an import's file; null for one of JSON. A column that is what its cells told is called so: the cells that
 * failed would tell otherwise.
 */
function headersOf(job: Job, shape: SourceShape | null): string[] | null {
  if (shape === null || shape.headers === null) return null;
  const { columns, choices } = columnsOfFile(shape, ImportOptions.parse(job.options).policy);
  return shape.headers.map((header, at) => {
    const column = columns[at];
    if (column === undefined || choices[at]!.by !== "content") return header;
    return column.kind === "text" ? column.field : column.kind;
  });
}

type FailureColumns = { headers: string[]; cells: (failure: StoredFailure) => string[] };

const contactColumns: FailureColumns = {
  headers: ["contact", reasonHeader],
  cells: ({ email, raw, value, message }) => [email ?? raw ?? value ?? "", message],
};

function failureColumns(headers: readonly string[] | null): FailureColumns {
  if (headers === null) {
    return {
      headers: ["row", "record", reasonHeader],
      cells: ({ row, raw, message }) => [String(row), raw ?? "", message],
    };
  }
  // A file of failed rows that fail again has its reasons already: the new ones take their place.
  const own = headers.flatMap((header, at) => (header === reasonHeader ? [] : [at]));
  return {
    headers: [...own.map((at) => headers[at]!), reasonHeader],
    cells: ({ cells, message }) => {
      // Cells beyond the header are why such a row failed: they are shown with the reason, so that nothing is lost.
      const extra = (cells ?? []).slice(headers.length).filter((cell) => cell !== "");
      const reason = extra.length === 0 ? message : `${message} Extra cells: ${extra.join(" | ")}`;
      return [...own.map((at) => cells?.[at] ?? ""), reason];
    },
  };
}

async function* cellsOf(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
  cells: FailureColumns["cells"],
): AsyncGenerator<string[]> {
  let afterRow: number | undefined;
  for (;;) {
    const page = await failurePage(deps.sql, scope.tenantId, jobId, { limit: pageRows, afterRow });
    for (const failure of page.slice(0, pageRows)) yield cells(failure).map(defusedCell);
    if (page.length <= pageRows) return;
    afterRow = page[pageRows - 1]!.row;
  }
}
