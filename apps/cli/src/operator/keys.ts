import { parseKeyExpiry } from "@roster/domain/accounts/key-expiry.ts";
import { KeyName, KeyPrefix, parseScopes } from "@roster/domain/accounts/scope.ts";
import { operatorScope } from "@roster/usecases/accounts/accounts.ts";
import { createKey, type ListedKey, listKeys, revokeKey } from "@roster/usecases/accounts/keys.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { run } from "../invocation.ts";
import { dayOf, minuteOf } from "../text/moment.ts";
import { printable, textTable } from "../text/text-table.ts";
import { asOperator } from "./operator.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

export type KeyFlags = {
  account?: string;
  tenant: string;
  prefix: string;
  scopes: string;
  name?: string;
  expires?: string;
  json?: boolean;
};

/** Makes a key and shows it, the only time that it can be seen. The last line of the output is the key, or its JSON. */
export async function addKey(settings: Settings, flags: KeyFlags): Promise<void> {
  const { account, tenant, json } = flags;
  const prefix = KeyPrefix.safeParse(flags.prefix);
  if (!prefix.success) {
    throw new CommandError(`--prefix ${flags.prefix}: write sk, md, msk, mc_live or mc_test.`, 2);
  }
  const scopes = parseScopes(flags.scopes);
  if (!scopes.ok) throw new CommandError(`--scopes ${flags.scopes}: ${scopes.issue.message}`, 2);
  const name = KeyName.optional().safeParse(flags.name);
  if (!name.success) throw new CommandError("--name: write 1 to 100 characters.", 2);
  const wish = { account, tenant, prefix: prefix.data, scopes: scopes.scopes, name: name.data };
  const expiresAt = flags.expires === undefined ? undefined : expiry(flags.expires);
  const made = await asOperator(settings, (deps) => createKey(deps, { ...wish, expiresAt }));
  if (!json) process.stderr.write("This key is shown once. Keep it as you keep a password.\n");
  print(json ? JSON.stringify(made) : made.key);
}

function expiry(text: string): Date {
  const expiry = parseKeyExpiry(text, Date.now());
  if (!expiry.ok) throw new CommandError(`--expires ${text}: ${expiry.issue.message}`, 2);
  return expiry.expiresAt;
}

/** The keys of the account, one a line: how each begins, never the key itself. */
export async function showKeys(
  settings: Settings,
  { account, tenant, json }: { account?: string; tenant?: string; json?: boolean },
): Promise<void> {
  const keys = await asOperator(settings, async (deps) =>
    listKeys(deps, await operatorScope(deps, account), { tenant }),
  );
  if (json) return print(JSON.stringify(keys));
  if (keys.length === 0) {
    return print(`There is no key yet. Make one: ${run} keys create --tenant ${tenant ?? "default"}`);
  }
  print(
    textTable([
      ["key", "begins with", "tenant", "scopes", "for", "made", "last used", "state"],
      ...keys.map((key) => keyRow(key, new Date())),
    ]),
  );
}

function keyRow(key: ListedKey, now: Date): string[] {
  const { id, beginning, tenantSlug, scopes, name, createdAt, lastUsedAt } = key;
  const what = name === null ? "–" : printable(name, 32);
  const times = [dayOf(createdAt), minuteOf(lastUsedAt)];
  return [id, `${beginning}…`, tenantSlug, scopes.join(","), what, ...times, stateOf(key, now)];
}

function stateOf({ revokedAt, expiresAt }: ListedKey, now: Date): string {
  if (revokedAt !== null) return `revoked ${dayOf(revokedAt)}`;
  if (expiresAt === null) return "works";
  return expiresAt <= now ? `expired ${dayOf(expiresAt)}` : `works until ${minuteOf(expiresAt)}`;
}

/** Takes a key's rights away for good. */
export async function endKey(
  settings: Settings,
  id: string,
  { account, json }: { account?: string; json?: boolean },
): Promise<void> {
  const key = await asOperator(settings, async (deps) =>
    revokeKey(deps, await operatorScope(deps, account), id),
  );
  if (json) return print(JSON.stringify(key));
  print(
    `The key ${key.beginning}… of tenant ${key.tenantSlug} is revoked: within two seconds no server takes it any more.`,
  );
}
