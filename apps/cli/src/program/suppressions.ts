import { SuppressedStatus } from "@roster/domain/suppressions/suppression-entry.ts";
import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { ImportCommandFlags } from "../command/import.ts";
import type { AddFlags, JsonFlag, ListFlags } from "../command/suppressions.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { fileOptions, sentOptions } from "./file-option.ts";

/** Loaded late: what one command needs would hold up every other one. */
const importCommands = () => import("../command/import.ts");
const suppressionsCommands = () => import("../command/suppressions.ts");

const statusOption = (description: string) =>
  new Option("--status <status>", description).choices(SuppressedStatus.options);

/** `roster suppressions …`: addresses that are not to be mailed. @param finish is told the exit code */
export function addSuppressionCommands(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const suppressions = program
    .command("suppressions")
    .description("addresses that are not to be mailed, whether there is a contact or not");
  const command = (name: string, description: string, example: string) =>
    suppressions
      .command(name)
      .description(description)
      .addHelpText("after", `\nExample:\n  ${run} suppressions ${name}${example}`);

  command("list", "the newest entries, without their addresses, of which only hashes are kept", "")
    .addOption(statusOption("those who are so"))
    .option("--reason <reason>", "those that have this reason")
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each entry")
    .action(async (flags: ListFlags) =>
      (await suppressionsCommands()).listSuppressions(readSettings(), flags),
    );

  command("add", "put addresses on the list, and their contacts to the same status", " ann@example.com")
    .argument("<emails...>", "the addresses")
    .addOption(statusOption("what they are; unsubscribed where it is left out"))
    .option("--reason <text>", "why, in a few words without an address")
    .option("--json", "print one line of JSON")
    .action(async (emails: string[], flags: AddFlags) =>
      finish(await (await suppressionsCommands()).addSuppressions(readSettings(), emails, flags)),
    );

  command("remove", "take an address off the list; a contact keeps its status", " ann@example.com")
    .argument("<entry>", "the address, or the entry's id")
    .option("--force", "also of somebody who complained or was erased: only with their consent")
    .option("--json", "print what the entry was as one line of JSON")
    .action(async (named: string, flags: JsonFlag & { force?: boolean }) =>
      (await suppressionsCommands()).removeSuppression(readSettings(), named, flags),
    );

  command("check", "which addresses may be mailed, by the list and by their contacts", " ann@example.com")
    .argument("<emails...>", "the addresses")
    .option("--json", "print one line of JSON")
    .action(async (emails: string[], flags: JsonFlag) =>
      (await suppressionsCommands()).checkSuppressions(readSettings(), emails, flags),
    );

  const fromFile = command(
    "import",
    "put a file's addresses on the list, of any size; as import --suppressions",
    " left.csv",
  );
  fileOptions(fromFile, "email or status").option(
    "--dry-run",
    "go through the whole file, report what would happen, and write nothing",
  );
  sentOptions(fromFile).action(async (file: string, flags: ImportCommandFlags) =>
    finish(await (await importCommands()).runImport(readSettings(), file, { ...flags, suppressions: true })),
  );
}
