import { EventType } from "@roster/domain/events/event.ts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { positive } from "../argument/positive.ts";
import { repeated } from "../argument/repeated.ts";
import type { RuleFlags } from "../argument/rule-flags.ts";
import type { EndFlags } from "../command/job-end.ts";
import type { CreateFlags } from "../command/scoring.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/scoring.ts");

type JsonFlag = { json?: boolean };

/** `roster scoring …`. @param finish is told the exit code */
export function addScoring(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const scoring = program
    .command("scoring")
    .description("scores: your own rules, and computing all scores anew");
  scoring
    .command("list")
    .description("all rules in the order in which they are applied")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} scoring list`)
    .action(async (flags: JsonFlag) => (await commands()).showRules(readSettings(), flags));
  onOne(scoring, "show", "one rule with all that it says").action(async (named: string, flags: JsonFlag) =>
    (await commands()).showRule(readSettings(), named, flags),
  );
  aboutRule(scoring.command("create"))
    .description("make a rule: whoever had such an event gets so many points more or less, once")
    .argument("[name]", "its name, unless the file has it")
    .option("--off", "do not count it yet")
    .addHelpText(
      "after",
      `
All of the condition must hold. A file can say more, such as greater_than and is_empty: docs/scoring.md has all operators. A rule
that could never match is refused, and it is said why.

Examples:
  ${run} scoring create "Read the spring letter" --event opened --points 15 --campaign spring --within-days 90
  ${run} scoring create "Customers click" --event clicked --points 10 --with-tag customer --attribute plan=pro --attribute plan=team
  ${run} scoring create --file rule.json`,
    )
    .action(async (name: string | undefined, flags: CreateFlags) =>
      (await commands()).createRule(readSettings(), name, flags),
    );
  aboutRule(scoring.command("update"))
    .description("change what is given of a rule; a condition is replaced as a whole")
    .argument("<rule>", which)
    .option("--name <name>", "what it is called from now on")
    .option("--no-condition", "ask for nothing but the event any more")
    .addHelpText(
      "after",
      `\nExamples:\n  ${run} scoring update "Customers click" --points 20\n  ${run} scoring update "Customers click" --with-tag customer --within-days 30`,
    )
    .action(async (named: string, flags: RuleFlags & JsonFlag & { name?: string }) =>
      (await commands()).updateRule(readSettings(), named, flags),
    );
  onOne(scoring, "enable", "count a rule again").action(async (named: string, flags: JsonFlag) =>
    (await commands()).switchRule(readSettings(), named, true, flags),
  );
  onOne(scoring, "disable", "keep a rule without counting it").action(
    async (named: string, flags: JsonFlag) =>
      (await commands()).switchRule(readSettings(), named, false, flags),
  );
  onOne(scoring, "delete", "delete a rule, and what it added to scores").action(
    async (named: string, flags: JsonFlag) => (await commands()).deleteRule(readSettings(), named, flags),
  );
  scoring
    .command("rescore")
    .description("compute all scores anew, as happens every night and when a rule changes")
    .option("--no-wait", "print the job's id and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
    .addHelpText(
      "after",
      `\nExit code: 0 if it came to its end, 1 if not.\n\nExample:\n  ${run} scoring rescore`,
    )
    .action(async (flags: EndFlags) => finish(await (await commands()).rescore(readSettings(), flags)));
}

const which = "its name, or its id";

/** A command about one rule. */
function onOne(scoring: Command, name: string, description: string): Command {
  return scoring
    .command(name)
    .description(description)
    .argument("<rule>", which)
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} scoring ${name} "Customers click"`);
}

/** The options that say what a rule is. */
function aboutRule(command: Command): Command {
  return command
    .addOption(new Option("--event <type>", "the event that it is about").choices(EventType.options))
    .option("--points <n>", "what it adds to the score: -100 to 100, not 0", points)
    .option("--campaign <id>", "condition: the event's campaign")
    .option("--within-days <n>", "condition: the event is no older than so many days", positive)
    .option(
      "--with-tag <tag>",
      "condition: the contact has this tag, or another one that is given; repeatable",
      repeated,
    )
    .option(
      "--attribute <key=value>",
      "condition: the contact's attribute is this, or another value that is given; repeatable",
      repeated,
    )
    .option("--description <text>", "what it is for")
    .option("--priority <n>", "rules are applied from the highest down; 0 unless it says otherwise", whole)
    .option("--file <file>", "the rule as JSON; what is given beside it wins")
    .option("--json", "print it, and the job that computes the scores, as one line of JSON");
}

function points(text: string): number {
  const n = whole(text);
  if (n === 0 || Math.abs(n) > 100) throw new InvalidArgumentError("Write -100 to 100, not 0.");
  return n;
}

function whole(text: string): number {
  const n = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(n))
    throw new InvalidArgumentError("Write a whole number.");
  return n;
}
