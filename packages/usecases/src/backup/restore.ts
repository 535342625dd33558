import type { Readable } from "node:stream";
import {
  type BackupManifest,
  type BackupTotals,
  schemaDifference,
} from "@roster/domain/backup/backup-manifest.ts";
import { epochAfterRestore } from "@roster/domain/contacts/feed-epoch.ts";
import { appliedMigrations, backupTables } from "@roster/store/backup/backup-schema.ts";
import {
  analyzeTables,
  beginFeedEpoch,
  connectedPrograms,
  emptyTables,
  enqueueOpenJobs,
  fillTable,
  holdTables,
  setSequences,
  usedTables,
} from "@roster/store/backup/backup-write.ts";
import { feedHorizon } from "@roster/store/contacts/contact-feed.ts";
import { openStore, type Sql } from "@roster/store/open.ts";
import { putSuppressionKey } from "../suppressions/suppression-key.ts";
import { asDamage, BackupReader } from "./backup-reader.ts";
import { BackupRefused } from "./backup-refused.ts";

export type RestoreOptions = {
  /** Of a database with the tables of this release, on which no server is at work. */
  databaseUrl: string;
  /** Gets the key of the suppression list. */
  dataDir: string;
  /** Whether what is there is deleted first; else only an empty database is filled. */
  replace: boolean;
  onTable?: (table: string) => void;
};

export type Restored = {
  manifest: BackupManifest;
  totals: BackupTotals;
  /** Jobs that go on. */
  openJobs: number;
  /** Where the key of another suppression list was put that was in the way, or null. */
  formerKey: string | null;
};

/**
 * Fills a database from a backup, all of it or nothing: one transaction, which is committed when the backup was read to its end
 * and every sum agrees. Then the change feed is in a new epoch, and what was at work when the backup was taken is queued.
 * @throws BackupRefused where the backup is damaged or of another schema, or the database is in use or not empty
 */
export async function restore(options: RestoreOptions, file: Readable): Promise<Restored> {
  const sql = openStore(options.databaseUrl, { max: 1, name: "roster restore" });
  try {
    const programs = await connectedPrograms(sql);
    if (programs.length > 0) throw inUse(programs);
    const restored = await fillFrom(sql, new BackupReader(file), options);
    await analyzeTables(sql, restored.manifest.tables);
    return restored;
  } catch (error) {
    // lock_not_available: another program than ours.
    if ((error as { code?: string }).code === "55P03") throw inUse(["another program"]);
    throw asDamage(error);
  } finally {
    file.destroy();
    await sql.end({ timeout: 5 });
  }
}

async function fillFrom(sql: Sql, reader: BackupReader, options: RestoreOptions): Promise<Restored> {
  const manifest = await reader.manifest();
  let key: Awaited<ReturnType<typeof putSuppressionKey>> | null = null;
  try {
    return (await sql.begin(async (tx) => {
      const here = { migrations: await appliedMigrations(tx), tables: await backupTables(tx) };
      const difference = schemaDifference(manifest, here);
      if (difference !== null) throw otherSchema(manifest, difference);
      await holdTables(tx, here.tables);
      const used = await usedTables(tx, here.tables);
      if (used.length > 0 && !options.replace) throw notEmpty(used);

      await emptyTables(tx, here.tables);
      for (const table of manifest.tables) {
        options.onTable?.(table.name);
        await fillTable(tx, table, reader.rowsOf(table.name));
      }
      const totals = await reader.finish();
      await setSequences(tx, manifest.sequences);
      const { epoch } = await feedHorizon(tx);
      await beginFeedEpoch(tx, epochAfterRestore(Math.max(epoch, manifest.feedEpoch), Math.random()));
      const openJobs = await enqueueOpenJobs(tx);
      // In front of the commit: entries without their key would let people back in who left.
      if (manifest.suppressionKey !== null) {
        key = await putSuppressionKey(options.dataDir, manifest.suppressionKey);
      }
      return { manifest, totals, openJobs, formerKey: key?.former ?? null };
    })) as Restored;
  } catch (error) {
    await (key as Awaited<ReturnType<typeof putSuppressionKey>> | null)?.takeBack();
    throw error;
  }
}

function inUse(by: readonly string[]): BackupRefused {
  return new BackupRefused(
    `The database is in use (${by.join(", ")}). Stop the server with “npm run stop”, then restore.`,
  );
}

function otherSchema({ roster }: BackupManifest, difference: string): BackupRefused {
  return new BackupRefused(
    `The backup was made by Roster ${roster}, whose tables are others (${difference}). Restore it with that release, then start this one on the same data: it brings the tables up to date.`,
  );
}

function notEmpty(used: readonly string[]): BackupRefused {
  return new BackupRefused(
    `The database is not empty (${used.join(", ")}). Restore into a new one, or add --replace to delete everything that is in it.`,
  );
}
