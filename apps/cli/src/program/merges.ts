import type { Command } from "commander";
import { positive } from "../argument/positive.ts";
import { listMerges, mergeDuplicates, undoMerge } from "../command/merges.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

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
    .action((keep: string, others: string[], flags: { preview?: boolean; json?: boolean }) =>
      mergeDuplicates(readSettings(), keep, others, flags),
    );

  duplicates
    .command("merges")
    .description("who was merged into whom, newest first")
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each")
    .addHelpText("after", `\nExample:\n  ${run} duplicates merges`)
    .action((flags: { limit: number; json?: boolean }) => listMerges(readSettings(), flags));

  duplicates
    .command("undo")
    .description("take a merge back, but for what somebody changed since")
    .argument("<merge>", "its id, as `duplicates merges` shows it")
    .option("--json", "print what came of it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} duplicates undo 0199a5f3-…`)
    .action((id: string, flags: { json?: boolean }) => undoMerge(readSettings(), id, flags));
}
