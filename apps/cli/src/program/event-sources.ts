import { EventProvider } from "@roster/domain/events/event-source.ts";
import { type Command, Option } from "commander";
import type { SettingFlags, SourceFlags } from "../command/event-sources.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/event-sources.ts");

const exampleId = "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17";

/** `roster event-sources …`. */
export function addEventSources(program: Command): void {
  const sources = program
    .command("event-sources")
    .description("addresses at which Amazon SES, SendGrid and Postmark tell what became of mails");
  withSettings(sources.command("create"))
    .description("make an address; it is shown once")
    .argument("<name>", "what it is called")
    .addOption(
      new Option("--provider <provider>", "whose webhooks come here")
        .choices(EventProvider.options)
        .makeOptionMandatory(),
    )
    .option("--json", "end with one line of JSON")
    .addHelpText(
      "after",
      `
docs/receivers.md says what to do at each provider.

Examples:
  ${run} event-sources create --provider postmark "Postmark, broadcasts"
  ${run} event-sources create --provider ses --topic-arn arn:aws:sns:eu-central-1:123456789012:mail-events SES`,
    )
    .action(async (name: string, flags: Omit<SourceFlags, "name">) =>
      (await commands()).createSource(readSettings(), { ...flags, name }),
    );
  sources
    .command("list")
    .description("every source, newest first, with what came and what went wrong last")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} event-sources list`)
    .action(async (flags: { json?: boolean }) => (await commands()).listSources(readSettings(), flags));
  withSettings(sources.command("update"))
    .description("change the name or the settings; the address stays")
    .argument("<source>", "the source's id")
    .option("--name <name>", "what it is called from now on")
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} event-sources update ${exampleId} --public-key MFkwEwYHKoZI…`)
    .action(async (id: string, flags: SettingFlags & { name?: string; json?: boolean }) =>
      (await commands()).updateSource(readSettings(), id, flags),
    );
  sources
    .command("rotate")
    .description("give it another address at once, shown once; the former one opens nothing any more")
    .argument("<source>", "the source's id")
    .option("--json", "end with one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} event-sources rotate ${exampleId}`)
    .action(async (id: string, flags: { json?: boolean }) =>
      (await commands()).rotateSource(readSettings(), id, flags),
    );
  sources
    .command("delete")
    .description("delete it; its events stay")
    .argument("<source>", "the source's id")
    .addHelpText("after", `\nExample:\n  ${run} event-sources delete ${exampleId}`)
    .action(async (id: string) => (await commands()).deleteSource(readSettings(), id));
}

function withSettings(command: Command): Command {
  return command
    .option("--topic-arn <arn>", "Amazon SES: the SNS topic that may speak here")
    .option("--public-key <base64>", "SendGrid: the webhook's verification key")
    .option("--count-machine-opens", "SendGrid: count opens that a machine made")
    .option("--no-count-machine-opens", "SendGrid: leave them out, as it is by default")
    .option("--basic-auth", "Postmark: ask for the password that comes with the address, as it is by default")
    .option("--no-basic-auth", "Postmark: the address alone is enough");
}
