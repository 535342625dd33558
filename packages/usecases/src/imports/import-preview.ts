import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import type { ReportedEvent } from "@roster/domain/events/event-input.ts";
import {
  type ColumnsProblem,
  type ColumnsResult,
  mapColumns,
} from "@roster/domain/imports/import-columns.ts";
import { readDefaults, rowWithDefaults } from "@roster/domain/imports/import-default.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import type { RowProblem, RowProblemCode } from "@roster/domain/imports/row-problem.ts";
import type { JobError } from "@roster/domain/jobs/job.ts";
import type { SuppressionInput } from "@roster/domain/suppressions/suppression-row.ts";
import { readUpload } from "@roster/store/imports/upload-chunks.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { EventRowReader, eventColumnsOfFile } from "../events/import-event-rows.ts";
import { type PreviewColumn, previewColumns, previewEventColumns } from "./import-preview-columns.ts";
import { columnsOfFile, RowReader } from "./import-rows.ts";
import { importableUpload, type SourceHints } from "./imports.ts";
import { type Beginning, readBeginning } from "./source/beginning.ts";
import { detectSource } from "./source/detect.ts";
import type { FileRecord } from "./source/record.ts";
import type { OpenSource, SourceShape } from "./source/shape.ts";
import { refusedFile, type SourceError } from "./source/source-error.ts";

/** A row of the file as the import will read it: one of the four is not null. */
export type PreviewRow = {
  /** As the report of the import will number it. */
  row: number;
  contact: ContactInput | null;
  suppression: SuppressionInput | null;
  event: ReportedEvent | null;
  problem: RowProblem | null;
};

/** What an import of a file would make of its beginning. */
export type ImportPreview = {
  shape: SourceShape;
  columns: PreviewColumn[];
  rows: PreviewRow[];
  problems: {
    counts: Partial<Record<RowProblemCode, number>>;
    /** The first hundred, in the order of the file. */
    rows: (RowProblem & { row: number })[];
  };
  rowsRead: number;
  /** Whether the part that was read is the whole file. */
  complete: boolean;
  /** What would end the import: columns that cannot be used, or a file that is broken further on. */
  error: JobError | null;
};

const problemRows = 100;

/**
 * Reads the beginning of a stored upload as an import would: its first 1,000 rows, or the first 1 MiB. Nothing is written,
 * and no job is made; a later `startImport` with the same upload, hints and policy reads it in the same way.
 * @param input.rows how many rows to show; 10 unless said otherwise
 * @throws Refused missing_scope, not_found (the upload), bad_upload (it cannot be read at all)
 */
export async function previewImport(
  deps: Deps,
  scope: TenantScope,
  input: { uploadId: string; hints: SourceHints; policy: ImportPolicy; rows?: number | undefined },
): Promise<ImportPreview> {
  requireScope(scope, "contacts:write");
  const upload = await importableUpload(deps, scope, input.uploadId);
  const open: OpenSource = (fromByte) => readUpload(deps.sql, scope.tenantId, upload.id, fromByte);
  const shape = await readableShape(open, input.hints);
  const beginning = await readBeginning(open, shape);
  return previewOf(shape, beginning, input.policy, { shown: input.rows ?? 10, now: deps.now() });
}

async function readableShape(open: OpenSource, hints: SourceHints): Promise<SourceShape> {
  try {
    return await detectSource(open, hints);
  } catch (error) {
    throw refusedFile(error);
  }
}

function previewOf(
  shape: SourceShape,
  beginning: Beginning,
  policy: ImportPolicy,
  { shown, now }: { shown: number; now: Date },
): ImportPreview {
  const { records, complete } = beginning;
  const { mapped, columns, read } = reading(shape, records, policy, now);
  const rows: PreviewRow[] = [];
  const problems: ImportPreview["problems"] = { counts: {}, rows: [] };
  // Without usable columns nothing can be said about rows: what can be mended comes first.
  if (read !== null) {
    for (const record of records) {
      const row = read(record);
      if (rows.length < shown) rows.push(row);
      if (row.problem === null) continue;
      const { code } = row.problem;
      problems.counts[code] = (problems.counts[code] ?? 0) + 1;
      if (problems.rows.length < problemRows) problems.rows.push({ row: row.row, ...row.problem });
    }
  }
  return {
    shape,
    columns,
    rows,
    problems,
    rowsRead: records.length,
    complete,
    error: mapped.ok ? jobError(beginning.error) : mapped.problem,
  };
}

/** How the rows of a file are read, by what they are about. */
function reading(
  shape: SourceShape,
  records: readonly FileRecord[],
  policy: ImportPolicy,
  now: Date,
): {
  mapped: { ok: true } | { ok: false; problem: ColumnsProblem };
  columns: PreviewColumn[];
  /** null where the columns cannot be used. */
  read: ((record: FileRecord) => PreviewRow) | null;
} {
  if (policy.target === "events") {
    const mapped = eventColumnsOfFile(shape, policy);
    const reader = new EventRowReader(mapped.columns, policy, now);
    const columns = previewEventColumns(shape, mapped, records, reader);
    return { mapped, columns, read: mapped.ok ? eventPreview(reader) : null };
  }
  const mapped = columnsOfFile(shape, policy);
  const columns = previewColumns(shape, decided(shape, mapped), records, policy);
  const reader = mapped.ok ? new RowReader(mapped.columns, policy) : null;
  return { mapped, columns, read: reader === null ? null : rowPreview(reader, policy) };
}

/** The columns as decided, or, where the mapping itself is wrong, as they would be without it. */
function decided(shape: SourceShape, mapped: ColumnsResult): ColumnsResult {
  if (mapped.ok || mapped.problem.code !== "invalid_mapping") return mapped;
  return mapColumns(shape.headers ?? [], {}, shape.contents);
}

const empty = { contact: null, suppression: null, event: null, problem: null };

function eventPreview(reader: EventRowReader): (record: FileRecord) => PreviewRow {
  return (record) => {
    const read = reader.read(record);
    return { row: record.row, ...empty, ...(read.ok ? { event: read.input } : { problem: read.problem }) };
  };
}

function rowPreview(reader: RowReader, policy: ImportPolicy): (record: FileRecord) => PreviewRow {
  if (policy.target === "suppressions") {
    return (record) => {
      const read = reader.suppression(record);
      return { row: record.row, ...empty, ...(read.ok ? { suppression: read.input } : read) };
    };
  }
  const given = readDefaults(policy.defaults);
  const defaults = given.ok ? given.defaults : null;
  return (record) => {
    const read = reader.contact(record);
    if (!read.ok) return { row: record.row, ...empty, problem: read.problem };
    const contact = defaults === null ? read.input : rowWithDefaults(read.input, defaults);
    return { row: record.row, ...empty, contact };
  };
}

function jobError(error: SourceError | null): JobError | null {
  if (error === null) return null;
  const { code, message, row } = error;
  return { code, message, ...(row === undefined ? {} : { row }) };
}
