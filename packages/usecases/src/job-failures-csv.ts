import { Readable } from "node:stream";
import { Refused } from "@roster/domain/refusal.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { failurePage, type StoredFailure } from "@roster/store/import-batches.ts";
import { format } from "fast-csv";
import { requireScope } from "./authentication.ts";
import type { Deps } from "./deps.ts";
import type { SourceShape } from "./import-source/shape.ts";
import { storedJob } from "./jobs.ts";

/** Failures read from the database at a time. */
const pageRows = 1000;

/** The name of the last column: what was wrong with the row. */
export const reasonHeader = "error";

/**
 * The rows that failed as a CSV: the file's own headers and cells, and the reason at the end, so that it can be
 * corrected and imported as it is (a column called “error” is kept as an attribute unless it is removed). Rows of JSON
 * files come as their text. Memory stays flat however many rows failed.
 * @throws Refused missing_scope, not_found
 */
export async function jobFailuresCsv(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
): Promise<AsyncIterable<string>> {
  requireScope(scope, "contacts:read");
  const job = await storedJob(deps, scope, jobId);
  if (job.kind !== "import") throw new Refused({ code: "not_found", what: "job" });
  const headers = (job.shape as SourceShape | null)?.headers ?? null;
  const columns = headers === null ? ["row", "record", reasonHeader] : [...headers, freeHeader(headers)];
  const rows = Readable.from(cellsOf(deps, scope, job.id, headers));
  const csv = format({
    headers: columns,
    alwaysWriteHeaders: true,
    rowDelimiter: "\r\n",
    includeEndRowDelimiter: true,
  });
  rows.on("error", (error) => csv.destroy(error));
  rows.pipe(csv).setEncoding("utf8");
  return csv;
}

function freeHeader(headers: readonly string[]): string {
  let name = reasonHeader;
  for (let n = 2; headers.includes(name); n++) name = `${reasonHeader} ${n}`;
  return name;
}

async function* cellsOf(
  deps: Deps,
  scope: TenantScope,
  jobId: string,
  headers: readonly string[] | null,
): AsyncGenerator<string[]> {
  let afterRow: number | undefined;
  for (;;) {
    const page = await failurePage(deps.sql, scope.tenantId, jobId, { limit: pageRows, afterRow });
    for (const failure of page.slice(0, pageRows)) yield failedCells(failure, headers);
    if (page.length <= pageRows) return;
    afterRow = page[pageRows - 1]!.row;
  }
}

function failedCells(failure: StoredFailure, headers: readonly string[] | null): string[] {
  if (headers === null) return [String(failure.row), failure.raw ?? "", failure.message];
  const cells = failure.cells ?? [];
  const padded = headers.map((_, i) => cells[i] ?? "");
  // Cells beyond the header are why such a row failed: they are shown in its last cell, so that nothing is lost.
  const extra = cells.slice(headers.length).filter((cell) => cell !== "");
  return [
    ...padded,
    extra.length === 0 ? failure.message : `${failure.message} Extra cells: ${extra.join(" | ")}`,
  ];
}
