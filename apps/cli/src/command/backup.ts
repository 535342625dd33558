import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import type { BackupTotals } from "@roster/domain/backup/backup-manifest.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { onInterrupt } from "../interrupt.ts";
import { makeBackup } from "../operator/backup.ts";
import { type ProgressDisplay, progressDisplay, quietDisplay } from "../text/progress-display.ts";
import { copyLine } from "../text/progress-line.ts";
import { byteSize, count } from "../text/quantity.ts";
import { writeWholeFile } from "../whole-file.ts";

/** Writes a backup to a file, which is there only when it is complete, or to a pipe. */
export async function writeBackup(
  settings: Settings,
  file: string,
  { quiet = false }: { quiet?: boolean },
): Promise<void> {
  const display = quiet ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
  if (file === "-") {
    const totals = await writeTo(settings, process.stdout, display);
    if (!quiet) display.note(`Wrote ${amount(totals)}.`);
    return;
  }
  const path = resolve(settings.workingDir, file);
  const totals = await writeWholeFile(path, "No backup was made.", (output) =>
    writeTo(settings, output, display),
  );
  const { size } = await stat(path);
  if (!quiet) process.stdout.write(`Wrote ${path}: ${amount(totals)}, ${byteSize(size)}.\n`);
}

async function writeTo(
  settings: Settings,
  output: Writable,
  display: ProgressDisplay,
): Promise<BackupTotals> {
  if (output === process.stdout) {
    if (process.stdout.isTTY) {
      throw new CommandError("“-” writes to a pipe, and this is a terminal. Name a file.", 2);
    }
    // Whoever stops to read has no backup: here, unlike elsewhere, that is a failure.
    process.stdout.prependListener("error", () => process.exit(1));
  }
  const forget = onInterrupt(() => output.destroy(new CommandError("Stopped. No backup was made.")));
  try {
    return await makeBackup(settings, output, {
      note: display.note,
      progress: ({ table, rows, done }) =>
        display.step(() => copyLine("backing up", done, `${count(rows)} rows  ${table}`)),
    });
  } finally {
    forget();
    display.close();
  }
}

/** What a backup holds, for people. */
export function amount({ tables }: BackupTotals): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return `${count(rows)} rows of ${Object.keys(tables).length} tables, ${count(tables.contacts?.rows ?? 0)} of them contacts`;
}
