import type { Command } from "commander";
import type { ChangeFlags } from "../command/contacts.ts";
import type { JsonFlag } from "../command/lists.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { changeCommand } from "./contacts.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/lists.ts");

const which = "its short name, its name, or its id";

/** `roster lists …`. @param finish is told the exit code */
export function addLists(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const lists = program.command("lists").description("static lists: make them, put contacts on them");
  const command = (name: string, description: string, example: string) =>
    lists
      .command(name)
      .description(description)
      .option("--json", "print it as one line of JSON")
      .addHelpText("after", `\nExample:\n  ${run} lists ${name}${example}`);

  command("list", "all lists with how many contacts are on each", "").action(async (flags: JsonFlag) =>
    (await commands()).showLists(readSettings(), flags),
  );
  command("create", "make a list", ' "Spring fair"')
    .argument("<name>", "its name; the short name is made of it")
    .action(async (name: string, flags: JsonFlag) =>
      (await commands()).makeList(readSettings(), name, flags),
    );
  command("rename", "give a list another name; its short name and its id stay", ' spring-fair "Fairs"')
    .argument("<list>", which)
    .argument("<name>", "the new name")
    .action(async (list: string, name: string, flags: JsonFlag) =>
      (await commands()).renameList(readSettings(), list, name, flags),
    );
  command("duplicate", "make a list of everybody who is on another one now", " spring-fair")
    .argument("<list>", which)
    .argument("[name]", "what it is called; else as the other one, with (copy) behind")
    .action(async (list: string, name: string | undefined, flags: JsonFlag) =>
      (await commands()).copyList(readSettings(), list, name, flags),
    );
  lists
    .command("delete")
    .description("delete lists, all or none; the contacts stay")
    .argument("<lists...>", which)
    .option("--yes", "yes, delete them: it cannot be undone")
    .addHelpText("after", `\nExample:\n  ${run} lists delete spring-fair --yes`)
    .action(async (names: string[], flags: { yes?: boolean }) =>
      (await commands()).removeLists(readSettings(), names, flags),
    );

  changeCommand(lists, "add", "put contacts on a list", ["spring-fair --with-tag customer --status active"])
    .argument("<list>", which)
    .action(async (list: string, flags: ChangeFlags) =>
      finish(await (await commands()).changeMembers(readSettings(), list, "addToLists", flags)),
    );
  changeCommand(lists, "remove", "take contacts off a list", [
    "spring-fair --ids-file left.txt",
    "spring-fair --all",
  ])
    .argument("<list>", which)
    .action(async (list: string, flags: ChangeFlags) =>
      finish(await (await commands()).changeMembers(readSettings(), list, "removeFromLists", flags)),
    );
}
