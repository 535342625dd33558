import type { Command } from "commander";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** `roster backup` and `roster restore`. */
export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("write everything to one file, while the server runs; on the server's own machine only")
    .argument("<file>", "the file to write, or - for a pipe")
    .option("--quiet", "say nothing but what goes wrong")
    .addHelpText(
      "after",
      `
The file holds all contacts, the hashes of all keys and the key of the suppression list: keep it as you keep a password.

Examples:
  ${run} backup roster.tar.gz
  ${run} backup --quiet - | ssh backups 'cat > roster.tar.gz'`,
    )
    .action(async (file: string, flags: { quiet?: boolean }) => {
      // Loaded here: the database's side of Roster would make every other command start 0.1 s later.
      const { writeBackup } = await import("../command/backup.ts");
      await writeBackup(readSettings(), file, flags);
    });
  program
    .command("restore")
    .description("fill the database from a backup, while the server is stopped")
    .argument("<file>", "the backup, or - for a pipe")
    .option("--replace", "delete everything that the database holds first")
    .option("--quiet", "say nothing but what goes wrong")
    .addHelpText(
      "after",
      `
All of it is restored, or nothing. ROSTER_DATA_DIR or DATABASE_URL say where to.

Examples:
  ${run} restore roster.tar.gz
  ROSTER_DATA_DIR=/srv/roster ${run} restore roster.tar.gz`,
    )
    .action(async (file: string, flags: { quiet?: boolean; replace?: boolean }) => {
      const { readBackup } = await import("../command/restore.ts");
      await readBackup(readSettings(), file, flags);
    });
}
