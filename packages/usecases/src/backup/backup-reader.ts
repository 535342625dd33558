import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  BackupManifest,
  BackupTotals,
  backupFormat,
  manifestName,
  manifestSumName,
  totalsName,
} from "@roster/domain/backup/backup-manifest.ts";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { z } from "zod";
import { manifestSum, tableSum } from "./backup-archive.ts";
import { BackupRefused } from "./backup-refused.ts";

/** A manifest has a line for each column of each table: 10 kB. */
const longestJson = 4 * 1024 * 1024;

/** A backup, read once from its beginning to its end. */
export class BackupReader {
  readonly #entries: AsyncIterator<ParsedTarEntry>;
  readonly #totals: BackupTotals = { tables: {} };
  /** The one that was read and belongs to what comes next. */
  #next: ParsedTarEntry | null = null;

  constructor(file: Readable) {
    const gunzip = createGunzip();
    // A file that cannot be read to its end ends the reading with its reason.
    pipeline(file, gunzip, () => {});
    const tar = createTarDecoder({ strict: true });
    const unzipped = Readable.toWeb(gunzip) as ReadableStream<Uint8Array>;
    this.#entries = unzipped.pipeThrough(tar)[Symbol.asyncIterator]();
  }

  /** What stands in front. @throws BackupRefused where it is no backup, or one that this release cannot read */
  async manifest(): Promise<BackupManifest> {
    const entry = await this.#entry();
    if (entry?.header.name !== manifestName) throw new BackupRefused("This is not a backup of Roster.");
    const bytes = await bytesOf(entry);
    const sum = await this.#entry();
    const right =
      sum?.header.name === manifestSumName && (await bytesOf(sum)).toString() === manifestSum(bytes);
    if (!right) throw damaged("its manifest is not the one that was written");
    const json = jsonOf(bytes);
    const format = z.object({ format: z.int() }).safeParse(json);
    if (format.success && format.data.format > backupFormat) {
      throw new BackupRefused(
        `A newer Roster made this backup (format ${format.data.format}, this one reads ${backupFormat}): restore it with that one.`,
      );
    }
    const manifest = BackupManifest.safeParse(json);
    if (!manifest.success) throw damaged("its manifest cannot be read");
    return manifest.data;
  }

  /** The rows of the table that comes next. */
  async *rowsOf(table: string): AsyncGenerator<Uint8Array> {
    const sum = tableSum();
    for (;;) {
      const entry = await this.#entry();
      if (!entry?.header.name.startsWith(`${table}/`)) {
        this.#next = entry;
        break;
      }
      for await (const bytes of entry.body) {
        sum.add(bytes);
        yield bytes;
      }
    }
    this.#totals.tables[table] = sum.totals();
  }

  /**
   * Reads the end.
   * @returns what the tables' rows amount to
   * @throws BackupRefused where that is not what was written, or something is missing
   */
  async finish(): Promise<BackupTotals> {
    const entry = await this.#entry();
    if (entry === null) throw damaged("its end is missing");
    if (entry.header.name !== totalsName) throw damaged(`${entry.header.name} does not belong there`);
    const written = BackupTotals.safeParse(jsonOf(await bytesOf(entry)));
    if (!written.success) throw damaged("its totals cannot be read");
    for (const [table, { rows, bytes, sha256 }] of Object.entries(this.#totals.tables)) {
      const total = written.data.tables[table];
      if (total?.rows !== rows || total.bytes !== bytes || total.sha256 !== sha256) {
        throw damaged(`the rows of ${table} are not those that were written`);
      }
    }
    if ((await this.#entry()) !== null) throw damaged("something stands behind its end");
    return this.#totals;
  }

  async #entry(): Promise<ParsedTarEntry | null> {
    const next = this.#next;
    this.#next = null;
    if (next !== null) return next;
    const { value, done } = await this.#entries.next();
    return done ? null : value;
  }
}

async function bytesOf({ body }: ParsedTarEntry): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > longestJson) throw damaged("one of its parts is far too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw damaged("one of its parts cannot be read");
  }
}

function damaged(what: string): BackupRefused {
  return new BackupRefused(
    `The backup is damaged or incomplete: ${what}. Nothing was restored; take another backup.`,
  );
}

/**
 * A failure while a backup was read or its rows were taken in, told as damage where it is that.
 * @param error a failure of zlib (Z_…), of the tar, or of Postgres that a row is none (class 22) or contradicts others (23)
 */
export function asDamage(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BackupRefused) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && !/^(Z_|2[23]\w{3}$|ERR_STREAM_PREMATURE_CLOSE)/.test(code)) return error;
  if (code === undefined && !/\btar\b|EOF/i.test(error.message)) return error;
  // Node's web streams pass an error of zlib on without its message.
  return damaged(error.message.replace(/\.$/, "") || code!);
}
