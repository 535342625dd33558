import { Status } from "@roster/domain/contacts/status.ts";
import type { Command } from "commander";
import { patchOf } from "../argument/contact-field.ts";
import { repeated, repeatedChoice } from "../argument/repeated.ts";
import type { ChangeFlags, changeContacts } from "../command/contacts.ts";
import type { JsonFlag } from "../command/suppressions.ts";
import { CommandError } from "../command-error.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { addContactHistory } from "./contact-history.ts";
import { addContactReads } from "./contact-reads.ts";
import { selectionOptions } from "./selection-option.ts";

/** Loaded late: what one command needs would hold up every other one. */
const contactsCommands = () => import("../command/contacts.ts");
const suppressionsCommands = () => import("../command/suppressions.ts");

/** `roster contacts …`: look at contacts, export them, change many at once. @param finish is told the exit code */
export function addContacts(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const contacts = program
    .command("contacts")
    .description("look at contacts, export them, change many at once");
  addContactReads(contacts);
  addContactHistory(contacts);
  const change = async (what: Parameters<typeof changeContacts>[1], flags: ChangeFlags) =>
    finish(await (await contactsCommands()).changeContacts(readSettings(), what, flags));

  changeCommand(contacts, "unsubscribe", "take contacts off: they are mailed no more", [
    "--ids-file left.txt",
    "--source bought-list",
  ]).action(async (flags: ChangeFlags) => change({ action: "unsubscribe" }, flags));

  changeCommand(
    contacts,
    "subscribe",
    "bring back who unsubscribed; who bounced or complained stays as they are",
    ["--ids-file signed-again.txt"],
  ).action(async (flags: ChangeFlags) => change({ action: "subscribe" }, flags));

  changeCommand(contacts, "tag", "add tags", [
    "spring-fair customer --from-import 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17",
  ])
    .argument("<tags...>", "the tags")
    .action(async (tags: string[], flags: ChangeFlags) => change({ action: "add_tags", tags }, flags));

  changeCommand(contacts, "untag", "remove tags", ["spring-fair --with-tag spring-fair"])
    .argument("<tags...>", "the tags")
    .action(async (tags: string[], flags: ChangeFlags) => change({ action: "remove_tags", tags }, flags));

  changeCommand(
    contacts,
    "set",
    "set fields and attributes; an empty value clears. A status only gets stricter, but for --consent",
    [
      "plan=pro locale=de --with-tag customer",
      'status=active --resubscribe --consent "Signed again at the fair" --ids-file signed-again.txt',
    ],
  )
    .argument("<field=value...>", "such as plan=pro firstName=Ann status=bounced nickname=")
    .option("--resubscribe", "with status=active: bring back unsubscribed and bounced contacts")
    .option("--consent <text>", "how they gave their consent; it is kept in their history")
    .action(async (pairs: string[], flags: ChangeFlags & { resubscribe?: boolean; consent?: string }) => {
      const { resubscribe = false, consent, ...rest } = flags;
      const given = consent === undefined ? {} : { consent };
      return change({ action: "update", patch: patchOf(pairs), resubscribe, ...given }, rest);
    });

  contacts
    .command("erase")
    .description(
      "forget a person, whether there is a contact or not: the contact, and every copy of the address",
    )
    .argument("<email>", "the person's address")
    .option("--yes", "yes, erase them: it cannot be undone")
    .option("--json", "print the erasure as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} contacts erase ann@example.com --yes`)
    .action(async (email: string, flags: JsonFlag & { yes?: boolean }) =>
      (await suppressionsCommands()).erasePerson(readSettings(), email, flags),
    );

  changeCommand(contacts, "delete", "delete contacts with their history, for good", ["--with-tag test --yes"])
    .option("--yes", "yes, delete them: it cannot be undone")
    .action(async ({ yes, ...flags }: ChangeFlags & { yes?: boolean }) => {
      if (yes) return change({ action: "delete" }, flags);
      throw new CommandError("A deletion cannot be undone. If you mean it, add --yes.", 2);
    });
}

/**
 * A command that changes many contacts, with the flags that say whom.
 * @param parent what it is a command of
 * @param examples what may stand behind the command's name
 */
export function changeCommand(
  parent: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  const endings = examples.map((example) => `  ${run} ${parent.name()} ${name} ${example}`).join("\n");
  const command = parent
    .command(name)
    .description(description)
    .option("--id <id>", "this contact; repeatable", repeated)
    .option("--ids-file <file>", "the contacts of a text file with an id on each line; - reads a pipe")
    .option(
      "--status <status>",
      `those who are ${Status.options.join(", ")}; repeatable`,
      repeatedChoice(Status.options),
    );
  return selectionOptions(command)
    .option("--source <source>", "those who came about so")
    .option("--from-import <job>", "those whom this import created")
    .option("--all", "everybody")
    .option("--name <name>", "what the job is called in the list of jobs")
    .option("--no-wait", "print the job's id, and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
    .addHelpText(
      "after",
      `
Flags that describe contacts add up: --status active --tier champion means those who are both.
Exit code: 0 if every contact is as it should be, 1 if one or the whole job failed, 2 if the command was called wrongly.
${takenBack(name)}
Examples:
${endings}`,
    );
}

function takenBack(name: string): string {
  if (name === "delete") return "";
  const limit = name === "unsubscribe" ? ", which subscribes nobody again" : "";
  return `To take it back${limit}: ${run} jobs undo JOB\n`;
}
