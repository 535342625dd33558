import type { Command } from "commander";
import { readSettings } from "./config.ts";
import { run } from "./invocation.ts";
import type { KeyFlags } from "./keys-command.ts";

/** `roster keys …`. */
export function addKeys(program: Command): void {
  program
    .command("keys")
    .description("API keys; on the server's own machine only")
    .command("create")
    .description("make a key, and its tenant if that is not there; the key is shown once")
    .requiredOption("--tenant <slug>", "the tenant's short name")
    .option("--prefix <prefix>", "how the key begins: sk, md, msk, mc_live or mc_test", "sk")
    .option(
      "--scopes <scopes>",
      "contacts:read, contacts:write, contacts or admin, divided by commas",
      "contacts",
    )
    .option("--name <name>", "what the key is for")
    .option("--json", 'end with one line of JSON: {"key","keyId","tenantId"}')
    .addHelpText(
      "after",
      `
Examples:
  ${run} keys create --tenant default --scopes contacts:read --name dashboard
  ${run} keys create --tenant acme-shop --prefix mc_live --scopes contacts --json`,
    )
    .action(async (flags: KeyFlags) => {
      // Loaded here: the database's side of Roster would make every other command start 0.1 s later.
      const { createKey } = await import("./keys-command.ts");
      await createKey(readSettings(), flags);
    });
}
