import type { Command } from "commander";
import { positive } from "../argument/positive.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/merges.ts");

const which = "its email, its id, or its externalId";

/** `roster duplicates merge|merges|undo`. */
export function addMerges(duplicates: Command): void {
  duplicates
    .command("merge")
    .description("make several contacts one; the others are deleted, and it can be taken back")
    .argument("<keep>", `the contact that stays: ${which}`)
    .argument("<others...>", "those that it takes up, in the order in which their values count")
    .option("--preview", "only show what the contact would be")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `\nThe contact's own values win; the status is the strictest of all. See docs/duplicates.md.\n\nExample:\n  ${run} duplicates merge ann@example.com anna@example.com --preview`,
    )
    .action(async (keep: string, others: string[], flags: { preview?: boolean; json?: boolean }) =>
      (await commands()).mergeDuplicates(readSettings(), keep, others, flags),
    );

  duplicates
    .command("merges")
    .description("who was merged into whom, newest first")
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each")
    .addHelpText("after", `\nExample:\n  ${run} duplicates merges`)
    .action(async (flags: { limit: number; json?: boolean }) =>
      (await commands()).listMerges(readSettings(), flags),
    );

  duplicates
    .command("undo")
    .description("take a merge back, but for what somebody changed since")
    .argument("<merge>", "its id, as `duplicates merges` shows it")
    .option("--json", "print what came of it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} duplicates undo 0199a5f3-…`)
    .action(async (id: string, flags: { json?: boolean }) =>
      (await commands()).undoMerge(readSettings(), id, flags),
    );
}
