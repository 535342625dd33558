import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import type { RowResult } from "@roster/domain/imports/import-row.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { columnsOfFile, RowReader } from "./import-rows.ts";
import type { SourceHints } from "./imports.ts";
import { detectSource } from "./source/detect.ts";
import { readRecords } from "./source/read.ts";
import type { OpenSource } from "./source/shape.ts";
import { refusedFile } from "./source/source-error.ts";

/** A row of a file, numbered as reports number it, with what it has for its email, as it stands there. */
export type WholeRow = { row: number; email: string | null; read: RowResult };

/**
 * Reads a small file as an import would, all of it and before anything is written: for requests whose caller waits.
 * @throws Refused bad_upload (it cannot be read to its end, or has no usable columns), too_many_items
 */
export async function readWholeFile(
  bytes: Uint8Array,
  { hints, policy }: { hints: SourceHints; policy: ImportPolicy },
): Promise<WholeRow[]> {
  const open: OpenSource = async function* (fromByte) {
    yield bytes.subarray(fromByte);
  };
  const rows: WholeRow[] = [];
  try {
    const shape = await detectSource(open, hints);
    const mapped = columnsOfFile(shape, policy);
    if (!mapped.ok) {
      const { code, message } = mapped.problem;
      throw new Refused({ code: "bad_upload", problem: code, message });
    }
    const reader = new RowReader(mapped.columns, policy);
    for await (const { records } of readRecords(open, shape)) {
      if (rows.length + records.length > upsertLimit) {
        throw new Refused({ code: "too_many_items", limit: upsertLimit });
      }
      for (const record of records) {
        rows.push({ row: record.row, email: reader.email(record), read: reader.contact(record) });
      }
    }
    return rows;
  } catch (error) {
    throw refusedFile(error);
  }
}
