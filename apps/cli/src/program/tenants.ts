import type { Command } from "commander";
import { accountOption, slug } from "../argument/account-option.ts";
import { readSettings } from "../config.ts";
import { run } from "../invocation.ts";
import type { TenantFlags } from "../operator/tenants.ts";

/** Loaded late, as for keys. */
const commands = () => import("../operator/tenants.ts");

/** `roster tenants …`. */
export function addTenants(program: Command): void {
  const tenants = program
    .command("tenants")
    .description("tenants: each with contacts of its own; on the server's own machine only");
  tenants
    .command("create")
    .description("make a tenant")
    .argument("<slug>", "its short name, such as acme-shop", slug)
    .addOption(accountOption())
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `
No contact, job or list of one tenant is ever seen in another. In MailerDash's dialect the short name is the key_id.

Example:
  ${run} tenants create acme-shop`,
    )
    .action(async (name: string, flags: TenantFlags) =>
      (await commands()).addTenant(readSettings(), name, flags),
    );
  tenants
    .command("list")
    .description("the tenants of the account, with their contacts and working keys")
    .addOption(accountOption())
    .option("--json", "print them as one line of JSON")
    .addHelpText("after", `\nExample:\n  ${run} tenants list --json`)
    .action(async (flags: TenantFlags) => (await commands()).showTenants(readSettings(), flags));
  tenants
    .command("rename")
    .description("give a tenant another short name; its id, keys and contacts stay")
    .argument("<tenant>", "its present short name, or its id")
    .argument("<slug>", "the new one", slug)
    .addOption(accountOption())
    .option("--json", "print it as one line of JSON")
    .addHelpText(
      "after",
      `
Programs that name the tenant by its short name (key_id, X-Tenant-Id) have to use the new one; its id stays valid.

Example:
  ${run} tenants rename acme acme-shop`,
    )
    .action(async (tenant: string, name: string, flags: TenantFlags) =>
      (await commands()).setTenantName(readSettings(), tenant, name, flags),
    );
}
