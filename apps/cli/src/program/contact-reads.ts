import { ContactSort } from "@roster/domain/contacts/contact-sort.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { ChangesFlags } from "../command/changes.ts";
import type { ListFlags } from "../command/contact-reads.ts";
import type { ExportFlags } from "../command/export.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { selectionOptions } from "./selection-option.ts";

/** Loaded late: what one command needs would hold up every other one. */
const changesCommands = () => import("../command/changes.ts");
const contactReadsCommands = () => import("../command/contact-reads.ts");
const exportCommands = () => import("../command/export.ts");

/** `roster contacts list|get|export`. */
export function addContactReads(contacts: Command): void {
  selecting(contacts.command("list"))
    .description("the newest contacts, one a line")
    .addOption(
      new Option("--sort <order>", "their order; a minus is descending").choices(ContactSort.options),
    )
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each contact")
    .addHelpText(
      "after",
      `\nFlags add up: --status active --with-tag vip means those who are both.\n\nExamples:\n  ${run} contacts list --search @example.com\n  ${run} contacts list --status bounced --updated-since 2026-01-31 --json`,
    )
    .action(async (flags: ListFlags) => (await contactReadsCommands()).listContacts(readSettings(), flags));

  contacts
    .command("get")
    .description("one contact with all its fields")
    .argument("<contact>", "its email, its id, or its externalId")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `\nExamples:\n  ${run} contacts get ann@example.com\n  ${run} contacts get crm-4711`,
    )
    .action(async (named: string, flags: { json?: boolean }) =>
      (await contactReadsCommands()).showContact(readSettings(), named, flags),
    );

  contacts
    .command("changes")
    .description("what became of contacts, oldest change first: one line of JSON for each")
    .option("--cursor <cursor>", "go on where an earlier call ended; else from the beginning")
    .option("--follow", "wait for further changes until Ctrl-C")
    .addHelpText(
      "after",
      `
Each contact, or that it was deleted, shows once, at its latest change. Every page ends with a line {"cursor":…} to go on from. At a line
{"reset":true} a copy is emptied: what follows is the feed's beginning.

Examples:
  ${run} contacts changes > everything.ndjson
  ${run} contacts changes --follow --cursor MTB1c3U0YzBb…`,
    )
    .action(async (flags: ChangesFlags) => (await changesCommands()).printChanges(readSettings(), flags));

  selecting(contacts.command("export"))
    .description(
      "all contacts, or those that are described, as a file that imports again to the same contacts",
    )
    .argument("[file]", "where to; without it, or for -, to a pipe", "-")
    .addOption(
      new Option("--format <format>", "else as the file's name says, else csv").choices(["csv", "ndjson"]),
    )
    .option("--quiet", "show no progress")
    .addHelpText(
      "after",
      `
The file is there when it is complete, and for your eyes only. Cells that a spreadsheet would run have an apostrophe in front.
Exit code: 0 if all was written, 1 if not, 2 if the command was called wrongly.

Examples:
  ${run} contacts export contacts.csv
  ${run} contacts export --status active --with-tag vip | head
  ${run} contacts export contacts.ndjson`,
    )
    .action(async (file: string, flags: ExportFlags) =>
      (await exportCommands()).exportContacts(readSettings(), file, flags),
    );
}

/** The flags that describe contacts, as the list and the export take them. */
function selecting(command: Command): Command {
  command.addOption(new Option("--status <status>", "those who are so").choices(Status.options));
  return selectionOptions(command).option(
    "--updated-since <time>",
    "those changed since a day or time, such as 2026-01-31",
    time,
  );
}

function time(text: string): Date {
  const day = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(day.getTime()))
    throw new InvalidArgumentError("Write 2026-01-31, or 2026-01-31T12:00:00Z.");
  return day;
}
