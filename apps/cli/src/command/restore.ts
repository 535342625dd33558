import { Readable } from "node:stream";
import { counted, openSource } from "../argument/import-source.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { onInterrupt } from "../interrupt.ts";
import { run } from "../invocation.ts";
import { restoreBackup } from "../operator/backup.ts";
import { progressDisplay, quietDisplay } from "../text/progress-display.ts";
import { copyLine } from "../text/progress-line.ts";
import { byteSize, count } from "../text/quantity.ts";
import { amount } from "./backup.ts";

/** Fills the database from a backup, and says what there is now and what to do next. */
export async function readBackup(
  settings: Settings,
  file: string,
  { quiet = false, replace = false }: { quiet?: boolean; replace?: boolean },
): Promise<void> {
  const source = await openSource(file, settings.workingDir);
  const display = quiet ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
  let table = "";
  const bytes = Readable.from(
    counted(source.open(), (taken) => {
      const total = source.bytesTotal;
      display.step(() =>
        total === null
          ? `restoring  ${byteSize(taken)}  ${table}`
          : copyLine("restoring", taken / total, `${byteSize(taken)} of ${byteSize(total)}  ${table}`),
      );
    }),
  );
  let stopped = false;
  const forget = onInterrupt(() => {
    stopped = true;
    bytes.destroy(new Error("stopped"));
  });
  try {
    const { manifest, totals, openJobs, formerKey, firstKeyGone } = await restoreBackup(settings, bytes, {
      replace,
      note: display.note,
      onTable: (name) => {
        table = name;
      },
    });
    display.close();
    if (formerKey !== null) display.note(`The suppression key that was there is now ${formerKey}.`);
    if (firstKeyGone) {
      display.note(
        `The first key of this data directory is gone with what was there. Use one from before the backup, or make one: ${run} keys create`,
      );
    }
    if (quiet) return;
    const jobs = openJobs === 0 ? "" : ` ${count(openJobs)} unfinished jobs go on then.`;
    process.stdout.write(
      `Restored ${amount(totals)}, as of ${manifest.takenAt} (Roster ${manifest.roster}). Start the server with “npm start”.${jobs}\n`,
    );
  } catch (error) {
    throw stopped ? new CommandError("Stopped. Nothing was restored.") : error;
  } finally {
    forget();
    display.close();
  }
}
