import type { Command } from "commander";
import { slug } from "../argument/account-option.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";

/** Loaded late, as for keys. */
const commands = () => import("../operator/accounts.ts");

/** `roster accounts …`. */
export function addAccounts(program: Command): void {
  const accounts = program
    .command("accounts")
    .description("accounts: each with tenants of its own and a plan; on the server's own machine only");
  accounts
    .command("create")
    .description("make an account")
    .argument("<name>", "its short name, such as acme", slug)
    .option("--plan <plan>", "free, pro or unlimited; without it unlimited")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `
An admin key reaches every tenant of its account, and nothing of another account.

Example:
  ${run} accounts create acme --plan free`,
    )
    .action(async (name: string, flags: { plan?: string; json?: boolean }) =>
      (await commands()).addAccount(readSettings(), name, flags),
    );
  accounts
    .command("list")
    .description("every account, with its plan and what is in it")
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} accounts list --json`)
    .action(async (flags: { json?: boolean }) => (await commands()).showAccounts(readSettings(), flags));
  accounts
    .command("plan")
    .description("put an account under another plan; it counts within two seconds")
    .argument("<account>", "its name")
    .argument("<plan>", "free, pro or unlimited; see “plans list”")
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `
Contacts above a smaller plan's limit stay and can be changed; new ones are refused.

Example:
  ${run} accounts plan default pro`,
    )
    .action(async (account: string, plan: string, flags: { json?: boolean }) =>
      (await commands()).setPlan(readSettings(), account, plan, flags),
    );
}
