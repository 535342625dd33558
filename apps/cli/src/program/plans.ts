import { defaultRequestsPerMinute } from "@roster/domain/accounts/plan.ts";
import { type Command, InvalidArgumentError } from "commander";
import { positive } from "../argument/positive.ts";
import { CommandError } from "../command-error.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late, as for keys. */
const commands = () => import("../operator/plans.ts");

type LimitFlags = {
  contacts?: Limit;
  bulkImport?: boolean;
  requestsPerMinute?: Limit | true;
  json?: boolean;
};

/** Commander takes null for an option without a value. */
type Limit = number | "none";

/** `roster plans …`. */
export function addPlans(program: Command): void {
  const plans = program
    .command("plans")
    .description("plans: what accounts may have and do; on the server's own machine only");
  plans
    .command("list")
    .description("every plan with its limits")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} plans list --json`)
    .action(async (flags: { json?: boolean }) => (await commands()).showPlans(readSettings(), flags));
  plans
    .command("set")
    .description("change a plan's limits, for all accounts that have it; they count within two seconds")
    .argument("<plan>", "free, pro or unlimited")
    .option("--contacts <n>", "most contacts of an account; none: no limit", limit)
    .option("--bulk-import <yes|no>", "whether it may import files and long lists", yesOrNo)
    .option(
      "--requests-per-minute [n]",
      `most requests of one key in a minute, ${defaultRequestsPerMinute} without a number; none: no limit`,
      limit,
    )
    .option("--json", "print the plan as one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  ${run} plans set free --contacts 2500
  ${run} plans set unlimited --requests-per-minute 12000
  ${run} plans set free --requests-per-minute none`,
    )
    .action(async (name: string, { contacts, bulkImport, requestsPerMinute, json }: LimitFlags) => {
      if (contacts === undefined && bulkImport === undefined && requestsPerMinute === undefined) {
        throw new CommandError("Say what to change: --contacts, --bulk-import or --requests-per-minute.", 2);
      }
      const requests = requestsPerMinute === true ? defaultRequestsPerMinute : requestsPerMinute;
      const change = {
        contactLimit: nullForNone(contacts),
        bulkImport,
        requestsPerMinute: nullForNone(requests),
      };
      await (await commands()).setPlanLimits(readSettings(), name, { ...change, ...(json && { json }) });
    });
}

function limit(text: string): Limit {
  return text === "none" ? text : positive(text);
}

function nullForNone(limit: Limit | undefined): number | null | undefined {
  return limit === "none" ? null : limit;
}

function yesOrNo(text: string): boolean {
  if (text === "yes" || text === "no") return text === "yes";
  throw new InvalidArgumentError("Write yes or no.");
}
