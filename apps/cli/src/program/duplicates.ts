import { DuplicateEvidence } from "@roster/domain/duplicates/duplicate-key.ts";
import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { GroupFlags } from "../command/duplicates.ts";
import type { EndFlags } from "../command/job-end.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import { addMerges } from "./merges.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/duplicates.ts");

/** `roster duplicates …`. @param finish is told the exit code */
export function addDuplicates(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const duplicates = program
    .command("duplicates")
    .description("find contacts who are likely the same person, and make them one");
  duplicates
    .command("find")
    .description("compare all contacts; a search that has not ended is followed")
    .option("--no-wait", "print the search's id and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the figure")
    .addHelpText("after", `\nExample:\n  ${run} duplicates find`)
    .action(async (flags: EndFlags) =>
      finish(await (await commands()).findDuplicates(readSettings(), flags)),
    );
  duplicates
    .command("list")
    .description("what the last search found: what they share, and who they are")
    .addOption(
      new Option("--evidence <evidence>", "only groups that share this").choices(DuplicateEvidence.options),
    )
    .option("--limit <n>", "how many groups", positive, 20)
    .option("--json", "one line of JSON for each group")
    .addHelpText("after", `\nExample:\n  ${run} duplicates list --evidence email`)
    .action(async (flags: GroupFlags) => (await commands()).listDuplicates(readSettings(), flags));
  addMerges(duplicates);
}
