import type { AddressFinder } from "@roster/domain/history/address-finder.ts";
import { readUpload } from "@roster/store/imports/upload-chunks.ts";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { detectSource } from "../imports/source/detect.ts";
import { readRecords } from "../imports/source/read.ts";
import type { FileRecord, Position } from "../imports/source/record.ts";
import type { OpenSource, SourceShape } from "../imports/source/shape.ts";
import { SourceError } from "../imports/source/source-error.ts";

/** How far a file has been looked through, and what was found. */
export const FileSearch = z.object({
  found: z.array(z.string()),
  position: z.object({ byte: z.number(), row: z.number() }).nullable(),
});
export type FileSearch = z.infer<typeof FileSearch>;

/** Found in a file: addresses, or that it cannot be read to its end, so that nobody can say what it holds. */
export type FileFinding = { done: boolean; readable: boolean; search: FileSearch };

/**
 * Looks through a stored file for addresses, as an import would read it: unpacked, decoded, cell by cell.
 * @param shape how its job reads it; null: it is detected
 * @param from where an earlier look was broken off
 * @param shouldStop asked after each block
 */
export async function findInUpload(
  deps: Deps,
  { tenantId, uploadId, shape }: { tenantId: string; uploadId: string; shape: SourceShape | null },
  finder: AddressFinder,
  from: FileSearch | null,
  shouldStop: () => Promise<boolean>,
): Promise<FileFinding> {
  const found = new Set(from?.found);
  const note = (text: string) => {
    for (const email of finder.in(text)) found.add(email);
  };
  let position: Position | null = from?.position ?? null;
  const finding = (done: boolean, readable: boolean): FileFinding => {
    return { done, readable, search: { found: [...found], position } };
  };
  const open: OpenSource = (fromByte) => readUpload(deps.sql, tenantId, uploadId, fromByte);
  try {
    const known = shape ?? (await detectSource(open));
    for (const header of known.headers ?? []) note(header);
    for await (const block of readRecords(open, known, position ?? undefined)) {
      if (position !== null && block.position.byte > position.byte && (await shouldStop())) {
        position = block.position;
        return finding(false, true);
      }
      for (const record of block.records) note(textOf(record));
      position = block.position;
    }
    return finding(true, true);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return finding(true, false);
  }
}

function textOf(record: FileRecord): string {
  return record.cells === undefined ? record.raw : record.cells.join("\n");
}
