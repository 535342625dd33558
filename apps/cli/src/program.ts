import { Command, InvalidArgumentError, Option } from "commander";
import { readSettings } from "./config.ts";
import { runDoctor } from "./doctor-command.ts";
import { type ImportCommandFlags, runImport } from "./import-command.ts";
import { cancelJob, listJobFailures, listJobs, showJob } from "./jobs-command.ts";
import type { KeyFlags } from "./keys-command.ts";

const run = "npm run --silent roster --";

/**
 * The command line. Parsing it runs the command.
 * @param finish is told the exit code of a command that came to its end
 */
export function rosterProgram(finish: (exitCode: 0 | 1) => void): Command {
  const program = new Command("roster")
    .description("Roster from the command line: imports, jobs, keys.")
    .usage("COMMAND [options]")
    .showHelpAfterError("Add --help to see how it is called.")
    .exitOverride()
    .addHelpText(
      "after",
      `
Settings:
  ROSTER_URL       the server's address; else that of the server started here by “npm start”
  ROSTER_KEY       the API key; else the first key of the server started here
  ROSTER_DATA_DIR  the server's data directory; default .roster

Examples:
  ${run} doctor
  ${run} import contacts.csv
  ${run} jobs list`,
    );
  addImport(program, finish);
  addJobs(program);
  addKeys(program);
  program
    .command("doctor")
    .description("look whether everything that is needed is there, and say how to mend what is not")
    .action(async () => finish(await runDoctor(readSettings())));
  return program;
}

function addImport(program: Command, finish: (exitCode: 0 | 1) => void): void {
  program
    .command("import")
    .description("import contacts from a CSV, NDJSON or JSON file of any size, plain or gzipped")
    .argument("<file>", "the file; - reads a pipe")
    .option("--dry-run", "report what would happen, and write nothing")
    .option(
      "--map <header=field>",
      "read a column as a field, as an attribute, or not at all (=ignore); repeatable",
      collect,
    )
    .addOption(
      new Option("--on-existing <what>", "what to do with contacts that are there already")
        .choices(["merge", "skip", "overwrite"])
        .default("merge"),
    )
    .option("--tag <tag>", "give this tag to every contact of the file; repeatable", collect)
    .option("--resubscribe", "subscribe unsubscribed and bounced contacts again; needs --consent")
    .option("--consent <text>", "how they gave their consent; it is kept in their history")
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
Exit code: 0 if every row went in, 1 if a row or the whole job failed, 2 if the command was called wrongly.

Examples:
  ${run} import contacts.csv
  ${run} import contacts.csv --dry-run
  ${run} import export.csv --map "E-mail address=email" --map "Internal note=ignore" --tag spring-fair
  zcat export.csv.gz | ${run} import - --json`,
    )
    .action(async (file: string, flags: ImportCommandFlags) =>
      finish(await runImport(readSettings(), file, flags)),
    );
}

function addJobs(program: Command): void {
  const jobs = program.command("jobs").description("look at imports, and stop them");
  jobs
    .command("list")
    .description("the newest jobs")
    .option("--limit <n>", "how many", positive, 20)
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs list --limit 5`)
    .action((flags: { limit: number; json?: boolean }) => listJobs(readSettings(), flags));
  jobs
    .command("show")
    .description("one job: its counters and its first failed rows")
    .argument("<job>", "the job's id")
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs show 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`)
    .action((id: string, flags: { json?: boolean }) => showJob(readSettings(), id, flags));
  jobs
    .command("errors")
    .description("every row that failed, and why")
    .argument("<job>", "the job's id")
    .addOption(
      new Option("--csv", "the original cells and the reason, to be mended and imported again").conflicts(
        "json",
      ),
    )
    .option("--json", "one line of JSON for each row")
    .addHelpText(
      "after",
      `\nExample:\n  ${run} jobs errors 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17 --csv > failed-rows.csv`,
    )
    .action((id: string, flags: { csv?: boolean; json?: boolean }) =>
      listJobFailures(readSettings(), id, flags),
    );
  jobs
    .command("cancel")
    .description("stop a job; what it has written stays")
    .argument("<job>", "the job's id")
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} jobs cancel 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`)
    .action((id: string, flags: { json?: boolean }) => cancelJob(readSettings(), id, flags));
}

function addKeys(program: Command): void {
  program
    .command("keys")
    .description("API keys; on the server's own machine only")
    .command("create")
    .description("make a key, and its tenant if that is not there; the key is shown once")
    .requiredOption("--tenant <slug>", "the tenant's short name")
    .option("--prefix <prefix>", "how the key begins: sk, md, msk, mc_live or mc_test", "sk")
    .option(
      "--scopes <scopes>",
      "contacts:read, contacts:write, contacts or admin, divided by commas",
      "contacts",
    )
    .option("--name <name>", "what the key is for")
    .option("--json", 'end with one line of JSON: {"key","keyId","tenantId"}')
    .addHelpText(
      "after",
      `
Examples:
  ${run} keys create --tenant default --scopes contacts:read --name dashboard
  ${run} keys create --tenant acme-shop --prefix mc_live --scopes contacts --json`,
    )
    .action(async (flags: KeyFlags) => {
      // Loaded here: the database's side of Roster would make every other command start 0.1 s later.
      const { createKey } = await import("./keys-command.ts");
      await createKey(readSettings(), flags);
    });
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("Write a whole number from 1.");
  return n;
}
