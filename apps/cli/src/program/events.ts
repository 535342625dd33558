import type { Command } from "commander";
import type { ImportCommandFlags } from "../command/import.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { fileOptions, sentOptions } from "./file-option.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/import.ts");

/** `roster events`. @param finish is told the exit code */
export function addEvents(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const command = program
    .command("events")
    .description("what happened to mails: sent, opened, bounced …")
    .command("import")
    .description(
      "count the events of an NDJSON, JSON or CSV file of any size, plain or gzipped, each id once",
    );
  fileOptions(command, "id, type, email, contactId, campaignId, campaignName, bounce or at");
  sentOptions(command)
    .addHelpText(
      "after",
      `
Exit code: 0 if every row was counted, 1 if a row or the whole job failed, 2 if the command was called wrongly.

Examples:
  ${run} events import events.ndjson
  ${run} events import log.csv --preview
  ${run} events import log.csv --map "Recipient=email" --map "What=type"`,
    )
    .action(async (file: string, flags: ImportCommandFlags) =>
      finish(await (await commands()).runImport(readSettings(), file, { ...flags, events: true })),
    );
}
