import { Command } from "commander";
import { readSettings } from "./config.ts";
import { runDoctor } from "./doctor-command.ts";
import { run } from "./invocation.ts";
import { addAccounts } from "./program-accounts.ts";
import { addBackup } from "./program-backup.ts";
import { addContacts } from "./program-contacts.ts";
import { addDuplicates } from "./program-duplicates.ts";
import { addEventSources } from "./program-event-sources.ts";
import { addEvents } from "./program-events.ts";
import { addHealth } from "./program-health.ts";
import { addImport } from "./program-import.ts";
import { addJobs } from "./program-jobs.ts";
import { addKeys } from "./program-keys.ts";
import { addLists } from "./program-lists.ts";
import { addPlans } from "./program-plans.ts";
import { addSegments } from "./program-segments.ts";
import { addSuppressionCommands } from "./program-suppressions.ts";
import { addTenants } from "./program-tenants.ts";
import { addWebhooks } from "./program-webhooks.ts";

/**
 * The command line. Parsing it runs the command.
 * @param finish is told the exit code of a command that came to its end
 */
export function rosterProgram(finish: (exitCode: 0 | 1) => void): Command {
  const program = new Command("roster")
    .description(
      "Roster from the command line: imports, contacts, events, lists, segments, list health, jobs, webhooks, keys, tenants, accounts, plans, backups.",
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
  addHealth(program, finish);
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
    .action(async () => finish(await runDoctor(readSettings())));
  return program;
}
