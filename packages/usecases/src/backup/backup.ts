import type { Writable } from "node:stream";
import {
  type BackupManifest,
  type BackupTotals,
  backupFormat,
} from "@roster/domain/backup/backup-manifest.ts";
import { readSnapshot, tableRows, tableSizes } from "@roster/store/backup/backup-read.ts";
import { openStore } from "@roster/store/open.ts";
import { suppressionKeyText } from "../suppressions/suppression-key.ts";
import { writeArchive } from "./backup-archive.ts";
import { BackupRefused } from "./backup-refused.ts";

/** How far a backup is: which table it is at, how many rows it has written, and about which part of all that is (0 to 1). */
export type BackupProgress = { table: string; rows: number; done: number };

export type BackupOptions = {
  databaseUrl: string;
  /** Holds the key of the suppression list. */
  dataDir: string;
  /** The release that makes it, kept in its manifest. */
  release: string;
  now: Date;
  onProgress?: (progress: BackupProgress) => void;
};

/**
 * Writes everything that an installation holds to `output`, as it was at one moment, while it goes on working, and the key of
 * its suppression list.
 * @throws BackupRefused where there is nothing of ours, SuppressionKeyMissing, and what the output or Postgres throw
 */
export async function backUp(options: BackupOptions, output: Writable): Promise<BackupTotals> {
  const { onProgress = () => {} } = options;
  const sql = openStore(options.databaseUrl, { max: 1, name: "roster backup" });
  try {
    const totals = await readSnapshot(sql, async ({ tx, tables, ...about }) => {
      const manifest: BackupManifest = {
        format: backupFormat,
        roster: options.release,
        takenAt: options.now.toISOString(),
        migrations: about.migrations,
        feedEpoch: about.feedEpoch,
        suppressionKey: await suppressionKeyText(tx, options.dataDir),
        sequences: about.sequences,
        tables,
      };
      const sizes = await tableSizes(tx, tables);
      const all = tables.reduce((sum, { name }) => sum + sizes.get(name)!.bytes, 0);
      return writeArchive(output, manifest, async (archive) => {
        let rowsBefore = 0;
        let bytesBefore = 0;
        for (const table of tables) {
          const { bytes, rows: expected } = sizes.get(table.name)!;
          let rows = 0;
          await archive.table(table.name, tableRows(tx, table), (soFar) => {
            rows = soFar.rows;
            // Without statistics by the bytes: as text a row is about as long as on disk.
            const share = expected === null ? soFar.bytes / Math.max(bytes, 1) : rows / expected;
            const done = (bytesBefore + bytes * Math.min(1, share)) / Math.max(all, 1);
            onProgress({ table: table.name, rows: rowsBefore + rows, done });
          });
          rowsBefore += rows;
          bytesBefore += bytes;
        }
      });
    });
    if (totals === null) {
      throw new BackupRefused(
        "The database has no Roster tables yet: there is nothing to back up. Start the server on it once with “npm start”.",
      );
    }
    return totals;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
