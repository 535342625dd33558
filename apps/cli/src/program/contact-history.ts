import type { Command } from "commander";
import { positive } from "../argument/positive.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/contact-history.ts");

const which = "its email, its id, or its externalId";

/** `roster contacts score|timeline|data`: what is known of one contact beside its fields. */
export function addContactHistory(contacts: Command): void {
  contacts
    .command("score")
    .description("how engaged a contact is at this moment, 0 to 100, and why")
    .argument("<contact>", which)
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `\nLists show the score that was kept last; see docs/scoring.md.\n\nExample:\n  ${run} contacts score ann@example.com`,
    )
    .action(async (named: string, flags: { json?: boolean }) =>
      (await commands()).showScore(readSettings(), named, flags),
    );

  contacts
    .command("timeline")
    .description("what happened to a contact, newest first: its creation, statuses, jobs and mails")
    .argument("<contact>", which)
    .option("--limit <n>", "how many, at most 1,000", positive, 20)
    .option("--json", "one line of JSON for each")
    .addHelpText("after", `\nExample:\n  ${run} contacts timeline ann@example.com --limit 100`)
    .action(async (named: string, flags: { limit: number; json?: boolean }) =>
      (await commands()).showTimeline(readSettings(), named, flags),
    );

  contacts
    .command("data")
    .description("everything that is held about a contact, as JSON, for a person who asks for it")
    .argument("<contact>", which)
    .argument("[file]", "where to; without it, or for -, to a pipe", "-")
    .addHelpText(
      "after",
      `\nThe file is for your eyes only. docs/privacy.md says what is held where, and for how long.\n\nExample:\n  ${run} contacts data ann@example.com ann.json`,
    )
    .action(async (named: string, file: string) => (await commands()).writeData(readSettings(), named, file));
}
