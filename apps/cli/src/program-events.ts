import { type Command, Option } from "commander";
import { readSettings } from "./config.ts";
import { type ImportCommandFlags, runImport } from "./import-command.ts";
import { run } from "./invocation.ts";
import { positive } from "./positive.ts";

/** `roster events`. @param finish is told the exit code */
export function addEvents(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const events = program.command("events").description("what happened to mails: sent, opened, bounced …");
  events
    .command("import")
    .description(
      "count the events of an NDJSON, JSON or CSV file of any size, plain or gzipped, each id once",
    )
    .argument("<file>", "the file; - reads a pipe")
    .option(
      "--preview",
      "show how the file would be read: its columns, its first rows, what is wrong in them",
    )
    .option(
      "--map <header=field>",
      "read a column as id, type, email, contactId, campaignId, campaignName, bounce or at, or not at all (=ignore); repeatable",
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option("--stop-after <n>", "stop once so many rows have failed; jobs retry goes on from there", positive)
    .addOption(new Option("--format <format>", "instead of detecting it").choices(["csv", "ndjson", "json"]))
    .addOption(
      new Option("--encoding <encoding>", "instead of detecting it").choices([
        "utf-8",
        "utf-16le",
        "utf-16be",
        "windows-1252",
      ]),
    )
    .option("--delimiter <delimiter>", "of a CSV, instead of detecting it: comma, semicolon, tab or pipe")
    .option("--no-wait", "print the job's id as soon as the file is sent, and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
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
      finish(await runImport(readSettings(), file, { ...flags, events: true })),
    );
}
