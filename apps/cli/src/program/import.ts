import { type Command, Option } from "commander";
import { repeated } from "../argument/repeated.ts";
import type { ImportCommandFlags } from "../command/import.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { fileOptions, sentOptions } from "./file-option.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/import.ts");

/** `roster import`. @param finish is told the exit code */
export function addImport(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const command = program
    .command("import")
    .description("import contacts from a CSV, NDJSON or JSON file of any size, plain or gzipped");
  fileOptions(command, "a field, as an attribute")
    .option("--dry-run", "go through the whole file, report what would happen, and write nothing")
    .option(
      "--default <field=value>",
      "a field or attribute where the file and the contact have nothing; repeatable",
      repeated,
    )
    .addOption(
      new Option("--on-existing <what>", "what to do with contacts that are there already")
        .choices(["merge", "skip", "overwrite"])
        .default("merge"),
    )
    .option("--tag <tag>", "give this tag to every contact of the file; repeatable", repeated)
    .option("--list <list>", "put every contact of the file on this list: its short name, name or id")
    .option("--suppressions", "the file lists addresses that are not to be mailed, not contacts")
    .option("--resubscribe", "subscribe unsubscribed and bounced contacts again; needs --consent")
    .option("--consent <text>", "how they gave their consent; it is kept in their history");
  sentOptions(command)
    .addHelpText(
      "after",
      `
Exit code: 0 if every row went in, 1 if a row or the whole job failed, 2 if the command was called wrongly.

Examples:
  ${run} import contacts.csv
  ${run} import contacts.csv --preview
  ${run} import contacts.csv --dry-run
  ${run} import export.csv --map "E-mail address=email" --map "Internal note=ignore" --tag spring-fair
  ${run} import leads.csv --default source=fair --default plan=free --stop-after 100
  ${run} import visitors.csv --list spring-fair
  ${run} import unsubscribed.csv --suppressions
  zcat export.csv.gz | ${run} import - --json`,
    )
    .action(async (file: string, flags: ImportCommandFlags) =>
      finish(await (await commands()).runImport(readSettings(), file, flags)),
    );
}
