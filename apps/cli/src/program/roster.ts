import { Command } from "commander";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { addAccounts } from "./accounts.ts";
import { addBackup } from "./backup.ts";
import { addContacts } from "./contacts.ts";
import { addCoverage } from "./coverage.ts";
import { addDuplicates } from "./duplicates.ts";
import { addEventSources } from "./event-sources.ts";
import { addEvents } from "./events.ts";
import { addHealth } from "./health.ts";
import { addImport } from "./import.ts";
import { addJobs } from "./jobs.ts";
import { addKeys } from "./keys.ts";
import { addLists } from "./lists.ts";
import { addPlans } from "./plans.ts";
import { addScoring } from "./scoring.ts";
import { addSegments } from "./segments.ts";
import { addSuppressionCommands } from "./suppressions.ts";
import { addTenants } from "./tenants.ts";
import { addWebhooks } from "./webhooks.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/doctor.ts");

/**
 * The command line. Parsing it runs the command.
 * @param finish is told the exit code of a command that came to its end
 */
export function rosterProgram(finish: (exitCode: 0 | 1) => void): Command {
  const program = new Command("roster")
    .description(
      "Roster from the command line: imports, contacts, events, lists, segments, scores, list health, jobs, webhooks, keys, tenants, accounts, plans, backups.",
    )
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
  ${run} contacts export contacts.csv --status active
  ${run} contacts tag spring-fair --search @example.com
  ${run} jobs list`,
    );
  addImport(program, finish);
  addContacts(program, finish);
  addEvents(program, finish);
  addScoring(program, finish);
  addHealth(program, finish);
  addCoverage(program);
  addLists(program, finish);
  addSuppressionCommands(program, finish);
  addSegments(program);
  addJobs(program, finish);
  addDuplicates(program, finish);
  addEventSources(program);
  addWebhooks(program, finish);
  addKeys(program);
  addTenants(program);
  addAccounts(program);
  addPlans(program);
  addBackup(program);
  program
    .command("doctor")
    .description("look whether everything that is needed is there, and say how to mend what is not")
    .addHelpText("after", `\nExample:\n  ${run} doctor`)
    .action(async () => finish(await (await commands()).runDoctor(readSettings())));
  return program;
}
