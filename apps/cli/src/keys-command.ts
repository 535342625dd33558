import { KeyPrefix, parseScopes } from "@roster/domain/scope.ts";
import { CommandError } from "./command-error.ts";
import type { Settings } from "./config.ts";
import { makeKey } from "./operator.ts";

export type KeyFlags = { tenant: string; prefix: string; scopes: string; name?: string; json?: boolean };

/** Makes a key and shows it, the only time that it can be seen. The last line of the output is the key, or its JSON. */
export async function createKey(
  settings: Settings,
  { tenant, prefix, scopes, name, json }: KeyFlags,
): Promise<void> {
  if (!/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/.test(tenant)) {
    throw new CommandError(
      `--tenant ${tenant}: write a short name of lower-case letters, digits and hyphens, such as “acme-shop”.`,
      2,
    );
  }
  const begins = KeyPrefix.safeParse(prefix);
  if (!begins.success) {
    throw new CommandError(`--prefix ${prefix}: write sk, md, msk, mc_live or mc_test.`, 2);
  }
  const allowed = parseScopes(scopes);
  if (!allowed.ok) throw new CommandError(`--scopes ${scopes}: ${allowed.issue.message}`, 2);
  const made = await makeKey(settings, { tenant, prefix: begins.data, scopes: allowed.scopes, name });
  if (!json) process.stderr.write("This key is shown once. Keep it as you keep a password.\n");
  process.stdout.write(`${json ? JSON.stringify(made) : made.key}\n`);
}
