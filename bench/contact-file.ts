import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type BenchRow, benchRow } from "./rows.ts";

export const fileFormats = ["csv", "ndjson", "json"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** How a format begins, writes its rows, separates them and ends. */
const texts: Record<
  FileFormat,
  { head: string; row: (row: BenchRow) => string; between: string; tail: string }
> = {
  csv: {
    head: "email,firstName,lastName,phone,tags,company,plan,country\n",
    row: (r) =>
      `${r.email},${r.firstName},${r.lastName},${r.phone},${r.tag},${r.company},${r.plan},${r.country}`,
    between: "\n",
    tail: "\n",
  },
  ndjson: { head: "", row: jsonRow, between: "\n", tail: "\n" },
  json: { head: "[", row: jsonRow, between: ",", tail: "]" },
};

function jsonRow({ id: _, tag, ...row }: BenchRow): string {
  return JSON.stringify({ ...row, tags: [tag] });
}

/** Rows per block of text: enough to keep the disk busy, little enough to stay small. */
const blockRows = 5000;

/**
 * Streams rows into a file, of any size in flat memory.
 * @param until how many rows, or after how many bytes of text (before gzip) the file ends
 * @returns the rows and bytes of text that it has
 */
export async function writeContactFile(
  path: string,
  format: FileFormat,
  until: { rows: number } | { bytes: number },
  { edition = 0, gzip = false }: { edition?: number; gzip?: boolean } = {},
): Promise<{ rows: number; bytes: number }> {
  const { head, row, between, tail } = texts[format];
  let rows = 0;
  let bytes = 0;
  const full = () => ("rows" in until ? rows >= until.rows : bytes >= until.bytes);
  function* blocks() {
    yield head;
    while (!full()) {
      const block: string[] = [];
      const size = "rows" in until ? Math.min(blockRows, until.rows - rows) : blockRows;
      for (let i = 0; i < size; i++) block.push(row(benchRow(rows + i, edition)));
      const text = `${rows === 0 ? "" : between}${block.join(between)}`;
      rows += size;
      bytes += Buffer.byteLength(text);
      yield text;
    }
    yield tail;
  }
  const file = createWriteStream(path);
  if (gzip) await pipeline(blocks, createGzip({ level: 1 }), file);
  else await pipeline(blocks, file);
  return { rows, bytes };
}
