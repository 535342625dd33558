import { FoundClass, HealthReason } from "@roster/domain/health/list-health.ts";
import { type Command, Option } from "commander";
import { positive } from "../argument/positive.ts";
import type { FindingFlags, FoundFlags } from "../command/health.ts";
import type { EndFlags } from "../command/job-end.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late: what one command needs would hold up every other one. */
const commands = () => import("../command/health.ts");

/** `roster health …`. @param finish is told the exit code */
export function addHealth(program: Command, finish: (exitCode: 0 | 1) => void): void {
  const health = program
    .command("health")
    .description("find contacts that are better not mailed: invalid, risky, unengaged");
  health
    .command("run")
    .description("classify every contact; a run that has not ended is followed")
    .option("--no-wait", "print the run's id and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the figures")
    .addHelpText(
      "after",
      `\nExit code: 0 if the run came to its end, 1 if not.\n\nExample:\n  ${run} health run`,
    )
    .action(async (flags: EndFlags) => finish(await (await commands()).runHealth(readSettings(), flags)));
  health
    .command("stats")
    .description("the score of the list, what the last run found, and the runs before it")
    .option("--json", "print one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} health stats`)
    .action(async (flags: { json?: boolean }) => (await commands()).showHealth(readSettings(), flags));
  described(health.command("findings"))
    .description("whom the last run found, and why")
    .option("--limit <n>", "how many", positive, 50)
    .addOption(new Option("--csv", "all of them, as a CSV").conflicts(["json", "limit"]))
    .option("--json", "one line of JSON for each contact")
    .addHelpText(
      "after",
      `\nExamples:\n  ${run} health findings --class unengaged\n  ${run} health findings --reason likely_typo --csv > typos.csv`,
    )
    .action(async (flags: FindingFlags) => (await commands()).listFindings(readSettings(), flags));
  described(health.command("tag"))
    .description("give whom the last run found a tag")
    .argument("<tag>", "the tag")
    .option("--no-wait", "print the job's id and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
    .addHelpText("after", `\nExample:\n  ${run} health tag win-back --class unengaged`)
    .action(async (tag: string, flags: FoundFlags & EndFlags) =>
      finish(await (await commands()).changeFound(readSettings(), { action: "tag", tag }, flags)),
    );
  described(health.command("unsubscribe"))
    .description("unsubscribe whom the last run found")
    .option("--no-wait", "print the job's id and leave")
    .option("--json", "print one line of JSON, the finished job, instead of the summary")
    .addHelpText("after", `\nExample:\n  ${run} health unsubscribe --reason no_mx`)
    .action(async (flags: FoundFlags & EndFlags) =>
      finish(await (await commands()).changeFound(readSettings(), { action: "unsubscribe" }, flags)),
    );
}

/** The options that say whom. */
function described(command: Command): Command {
  return command
    .addOption(new Option("--class <class>", "contacts of this class").choices(FoundClass.options))
    .addOption(new Option("--reason <reason>", "contacts with this reason").choices(HealthReason.options))
    .option("--run <id>", "of this run instead of the last one");
}
