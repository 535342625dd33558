// Backups hold everything of everybody: they are made and restored by whoever runs the machine, past the API.
import type { Readable, Writable } from "node:stream";
import type { BackupTotals } from "@roster/domain/backup/backup-manifest.ts";
import { forgetDeadKey } from "@roster/usecases/accounts/first-key.ts";
import { type BackupProgress, backUp } from "@roster/usecases/backup/backup.ts";
import { BackupRefused } from "@roster/usecases/backup/backup-refused.ts";
import { type Restored, restore } from "@roster/usecases/backup/restore.ts";
import { SuppressionKeyMissing } from "@roster/usecases/deps.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { idleDatabase, presentDatabase } from "./database.ts";

/** Writes a backup of the installation. @throws CommandError, and what the output throws */
export async function makeBackup(
  settings: Settings,
  output: Writable,
  show: { note(line: string): void; progress(progress: BackupProgress): void },
): Promise<BackupTotals> {
  const database = await presentDatabase(settings, show.note);
  try {
    return await backUp(
      {
        databaseUrl: database.url,
        dataDir: settings.dataDir,
        release: settings.release,
        now: new Date(),
        onProgress: show.progress,
      },
      output,
    );
  } catch (error) {
    throw asCommandError(error);
  } finally {
    await database.close();
  }
}

/**
 * Fills the installation's database from a backup.
 * @returns what was restored, and whether the key that the data directory keeps for this command line is still one
 * @throws CommandError
 */
export async function restoreBackup(
  settings: Settings,
  file: Readable,
  options: { replace: boolean; note(line: string): void; onTable(table: string): void },
): Promise<Restored & { firstKeyGone: boolean }> {
  const database = await idleDatabase(settings, options.note);
  try {
    const { dataDir } = settings;
    const { replace, onTable } = options;
    const place = { databaseUrl: database.url, dataDir };
    const restored = await restore({ ...place, replace, onTable }, file);
    return { ...restored, firstKeyGone: await forgetDeadKey(place) };
  } catch (error) {
    throw asCommandError(error);
  } finally {
    await database.close();
  }
}

function asCommandError(error: unknown): unknown {
  if (error instanceof BackupRefused || error instanceof SuppressionKeyMissing) {
    return new CommandError(error.message);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(CONNECTION_|57P0|ECONNRESET$|EPIPE$)/.test(code)) {
    return new CommandError(
      `The connection to the database was lost (${code}), and nothing came of it. Try again.`,
    );
  }
  return error;
}
