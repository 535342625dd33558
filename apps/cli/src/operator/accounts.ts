import { changeAccountPlan, createAccount, listAccounts } from "@roster/usecases/accounts/accounts.ts";
import type { Settings } from "../config.ts";
import { run } from "../invocation.ts";
import { dayOf } from "../text/moment.ts";
import { count } from "../text/quantity.ts";
import { textTable } from "../text/text-table.ts";
import { asOperator } from "./operator.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

export async function addAccount(
  settings: Settings,
  name: string,
  { plan, json }: { plan?: string; json?: boolean },
): Promise<void> {
  const account = await asOperator(settings, (deps) => createAccount(deps, { name, plan }));
  if (json) return print(JSON.stringify(account));
  print(`Account ${account.name} is there, with the plan ${account.plan}. Its first tenant and key:`);
  print(`  ${run} keys create --account ${account.name} --tenant main --scopes admin`);
}

/** Every account, one a line. */
export async function showAccounts(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const accounts = await asOperator(settings, listAccounts);
  if (json) return print(JSON.stringify(accounts));
  print(
    textTable(
      [
        ["account", "plan", "tenants", "contacts", "since"],
        ...accounts.map(({ name, plan, tenants, contacts, createdAt }) => {
          return [name, plan, count(tenants), count(contacts), dayOf(createdAt)];
        }),
      ],
      [2, 3],
    ),
  );
}

export async function setPlan(
  settings: Settings,
  account: string,
  plan: string,
  { json }: { json?: boolean },
): Promise<void> {
  const changed = await asOperator(settings, (deps) => changeAccountPlan(deps, { account, plan }));
  print(json ? JSON.stringify(changed) : `Account ${changed.name} has the plan ${changed.plan} now.`);
}
