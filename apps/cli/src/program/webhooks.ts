import { DeliveryState } from "@roster/domain/webhooks/webhook.ts";
import { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { CreateFlags } from "../command/webhooks.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/webhooks.ts");

const example = "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17";

/** `roster webhooks …`. @param finish is told the exit code */
export function addWebhooks(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const webhooks = program
    .command("webhooks")
    .description("endpoints that are told of changes: make them, test them, see what they answered");
  webhooks
    .command("list")
    .description("the endpoints, newest first, and how they do")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} webhooks list`)
    .action(async (flags: { json?: boolean }) => (await commands()).listWebhooks(readSettings(), flags));
  webhooks
    .command("create")
    .description("make an endpoint; its secret is shown once")
    .argument("<url>", "where requests go: an https address")
    .addOption(
      new Option("--events <events...>", "what it is told")
        .choices(WebhookEvent.options)
        .makeOptionMandatory(),
    )
    .option(
      "--include-imports",
      "tell it of each contact that an import changes too, and not of its end alone",
    )
    .option("--description <text>", "what it is for")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `\nExample:\n  ${run} webhooks create https://shop.example/roster --events contact.updated contact.deleted import.completed`,
    )
    .action(async (url: string, flags: CreateFlags) =>
      (await commands()).createWebhook(readSettings(), url, flags),
    );
  onOne(webhooks, "delete", "remove an endpoint with its log").action(async (id: string) =>
    (await commands()).deleteWebhook(readSettings(), id),
  );
  onOne(webhooks, "enable", "switch an endpoint on: it goes on where it was").action(async (id: string) =>
    (await commands()).switchWebhook(readSettings(), id, true),
  );
  onOne(webhooks, "disable", "switch an endpoint off").action(async (id: string) =>
    (await commands()).switchWebhook(readSettings(), id, false),
  );
  onOne(webhooks, "secret", "give an endpoint another secret; for 24 h the former one signs too").action(
    async (id: string) => (await commands()).rotateSecret(readSettings(), id),
  );
  onOne(
    webhooks,
    "test",
    "send an endpoint a request and say what came of it; exit code 1 if it failed",
  ).action(async (id: string) => finish(await (await commands()).testWebhook(readSettings(), id)));
  webhooks
    .command("deliveries")
    .description("the newest requests to an endpoint, and what it answered")
    .argument("<endpoint>", "the endpoint's id")
    .option("--limit <n>", "how many", positive, 20)
    .addOption(new Option("--state <state>", "those that are so").choices(DeliveryState.options))
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} webhooks deliveries ${example} --state failed`)
    .action(async (id: string, flags: { limit: number; state?: DeliveryState; json?: boolean }) =>
      (await commands()).listDeliveries(readSettings(), id, flags),
    );
  webhooks
    .command("replay")
    .description("send one request once more, or tell everything once more from some place on")
    .argument("<endpoint>", "the endpoint's id")
    .addOption(
      new Option(
        "--from <place>",
        "beginning, now (what waits is left out), a time, or a cursor of “contacts changes”",
      ).conflicts("delivery"),
    )
    .option("--delivery <id>", "this request alone, under its id")
    .addHelpText(
      "after",
      `\nExamples:\n  ${run} webhooks replay ${example} --from 2026-01-31\n  ${run} webhooks replay ${example} --delivery 019c1414-4e00-7f00-8000-000000000001`,
    )
    .action(async (id: string, flags: { from?: string; delivery?: string }) =>
      (await commands()).replay(readSettings(), id, flags),
    );
}

/** A command about one endpoint. */
function onOne(webhooks: Command, name: string, description: string): Command {
  return webhooks
    .command(name)
    .description(description)
    .argument("<endpoint>", "the endpoint's id")
    .addHelpText("after", `\nExample:\n  ${run} webhooks ${name} ${example}`);
}
