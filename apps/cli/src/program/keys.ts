import type { Command } from "commander";
import { accountOption, slug } from "../argument/account-option.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import type { KeyFlags } from "../operator/keys.ts";

/** Loaded late: the database's side of Roster would make every other command start 0.1 s later. */
const commands = () => import("../operator/keys.ts");

/** `roster keys …`. */
export function addKeys(program: Command): void {
  const keys = program.command("keys").description("API keys; on the server's own machine only");
  keys
    .command("create")
    .description("make a key, and its tenant if that is not there; the key is shown once")
    .requiredOption("--tenant <slug>", "the tenant's short name", slug)
    .addOption(accountOption())
    .option("--prefix <prefix>", "how the key begins: sk, md, msk, mc_live or mc_test", "sk")
    .option(
      "--scopes <scopes>",
      "contacts:read, contacts:write, contacts or admin, divided by commas",
      "contacts",
    )
    .option("--name <name>", "what the key is for")
    .option("--expires <when>", "when it ends by itself: days such as 90d, or a date such as 2027-01-31")
    .option("--json", 'end with one line of JSON: {"key","keyId","tenantId"}')
    .addHelpText(
      "after",
      `
contacts:read reads, contacts:write changes, contacts does both; admin does all that in every tenant of the account, and
makes tenants and keys. /contacts answers a key that begins with mc_ as MailingCore, and one with sk_ as Plunk.

Examples:
  ${run} keys create --tenant default --scopes contacts:read --name dashboard --expires 90d
  ${run} keys create --tenant acme-shop --prefix mc_live --scopes contacts --json`,
    )
    .action(async (flags: KeyFlags) => (await commands()).addKey(readSettings(), flags));
  keys
    .command("list")
    .description(
      "the keys of the account, newest first: how each begins, what it may do, when it was last used",
    )
    .option("--tenant <slug>", "of this tenant alone")
    .addOption(accountOption())
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} keys list --tenant default`)
    .action(async (flags: { account?: string; tenant?: string; json?: boolean }) =>
      (await commands()).showKeys(readSettings(), flags),
    );
  keys
    .command("revoke")
    .description("take a key's rights away for good; within two seconds no server takes it any more")
    .argument("<key>", "the key's id, as “keys list” shows it")
    .addOption(accountOption())
    .option("--json", "print it as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} keys revoke 0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17`)
    .action(async (id: string, flags: { account?: string; json?: boolean }) =>
      (await commands()).endKey(readSettings(), id, flags),
    );
}
