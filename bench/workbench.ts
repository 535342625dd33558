import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Sql } from "@roster/store/open.ts";
import { type Installation, startInstallation } from "./installation.ts";

/** What every benchmark works with. */
export type Workbench = {
  roster: Installation;
  sql: Sql;
  /** For the files that are imported; gone at the end. */
  dir: string;
  /** Tells in one line what is going on. */
  say(line: string): void;
  /** Stops and removes everything; a second call waits for the first. */
  close(): Promise<void>;
};

/** Starts an installation of its own in the system's temporary directory (TMPDIR): its disk is the one that is measured. */
export async function openWorkbench(): Promise<Workbench> {
  const roster = await startInstallation();
  const sql = openStore(roster.databaseUrl, { max: 2, name: "roster bench" });
  const dir = mkdtempSync(join(tmpdir(), "roster-bench-files-"));
  let closing: Promise<void> | undefined;
  const close = async () => {
    await sql.end({ timeout: 5 });
    await roster.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    roster,
    sql,
    dir,
    say: (line) => process.stderr.write(`${line}\n`),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
