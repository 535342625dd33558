import { createHash, hash } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import {
  type BackupManifest,
  type BackupTotals,
  manifestName,
  manifestSumName,
  partName,
  type TableTotals,
  totalsName,
} from "@roster/domain/backup/backup-manifest.ts";
import { createTarPacker } from "modern-tar";

/** A tar says each entry's size in front of it, so rows are gathered up to this many bytes: what a backup keeps in memory. */
const partBytes = 4 * 1024 * 1024;

/** Above 3 gzip takes twice the time to save a tenth. */
const gzipLevel = 3;

const newline = 0x0a;

export type ArchiveWriter = {
  /** @param onPart is told what the rows amount to by now */
  table(
    name: string,
    rows: AsyncIterable<Uint8Array>,
    onPart: (soFar: { rows: number; bytes: number }) => void,
  ): Promise<void>;
};

/**
 * Writes a backup: a gzipped tar of the manifest, the tables' rows in parts, and what they amount to.
 * @param write names the tables, one after the other
 * @throws what the output or the rows throw; the output is not complete then
 */
export async function writeArchive(
  output: Writable,
  manifest: BackupManifest,
  write: (archive: ArchiveWriter) => Promise<void>,
): Promise<BackupTotals> {
  const { readable, controller } = createTarPacker();
  const written = pipeline(Readable.fromWeb(readable), createGzip({ level: gzipLevel }), output);
  const add = async (name: string, bytes: Uint8Array) => {
    const entry = controller.add({
      name,
      size: bytes.length,
      mode: 0o600,
      mtime: new Date(manifest.takenAt),
    });
    const writer = entry.getWriter();
    await writer.write(bytes);
    await writer.close();
  };
  const totals: BackupTotals = { tables: {} };
  const produce = async () => {
    try {
      const about = jsonBytes(manifest);
      await add(manifestName, about);
      await add(manifestSumName, Buffer.from(manifestSum(about)));
      await write({
        async table(name, rows, onPart) {
          const sum = tableSum();
          let part = 0;
          for await (const bytes of gathered(rows)) {
            sum.add(bytes);
            await add(partName(name, part++), bytes);
            onPart(sum.totals());
          }
          totals.tables[name] = sum.totals();
        },
      });
      await add(totalsName, jsonBytes(totals));
      controller.finalize();
    } catch (error) {
      controller.error(error);
      throw error;
    }
  };
  // The one that fails first makes the other fail.
  await Promise.all([written, produce()]);
  return totals;
}

/** The line that `sha256sum` writes for a manifest. */
export function manifestSum(manifest: Uint8Array): string {
  return `${hash("sha256", manifest)}  ${manifestName}\n`;
}

/** Adds up a table's rows: each ends with the only line break that it has. */
export function tableSum(): { add(bytes: Uint8Array): void; totals(): TableTotals } {
  const sha256 = createHash("sha256");
  let rows = 0;
  let bytes = 0;
  return {
    add(piece) {
      sha256.update(piece);
      bytes += piece.length;
      for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, at + 1)) rows++;
    },
    totals: () => ({ rows, bytes, sha256: sha256.copy().digest("hex") }),
  };
}

async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    part.push(piece);
    bytes += piece.length;
    if (bytes < partBytes) continue;
    yield Buffer.concat(part);
    part = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(part);
}

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
