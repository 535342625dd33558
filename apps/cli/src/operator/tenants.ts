import { operatorScope } from "@roster/usecases/accounts/accounts.ts";
import { createTenant, listTenants, renameTenant } from "@roster/usecases/accounts/tenants.ts";
import type { Settings } from "../config.ts";
import { run } from "../invocation.ts";
import { dayOf } from "../text/moment.ts";
import { count } from "../text/quantity.ts";
import { textTable } from "../text/text-table.ts";
import { asOperator } from "./operator.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

export type TenantFlags = { account?: string; json?: boolean };

export async function addTenant(
  settings: Settings,
  slug: string,
  { account, json }: TenantFlags,
): Promise<void> {
  const tenant = await asOperator(settings, async (deps) =>
    createTenant(deps, await operatorScope(deps, account), { slug }),
  );
  if (json) return print(JSON.stringify(tenant));
  const of = account === undefined ? "" : ` --account ${account}`;
  print(`Tenant ${slug} is there, with the id ${tenant.id}. A key for it:`);
  print(`  ${run} keys create --tenant ${slug}${of}`);
}

/** Every tenant of the account, one a line. */
export async function showTenants(settings: Settings, { account, json }: TenantFlags): Promise<void> {
  const tenants = await asOperator(settings, async (deps) =>
    listTenants(deps, await operatorScope(deps, account)),
  );
  if (json) return print(JSON.stringify(tenants));
  if (tenants.length === 0) return print(`There is no tenant yet. Make one: ${run} tenants create main`);
  print(
    textTable(
      [
        ["tenant", "id", "contacts", "keys", "since"],
        ...tenants.map(({ slug, id, contacts, keys, createdAt }) => {
          return [slug, id, count(contacts), count(keys), dayOf(createdAt)];
        }),
      ],
      [2, 3],
    ),
  );
}

export async function setTenantName(
  settings: Settings,
  tenant: string,
  slug: string,
  { account, json }: TenantFlags,
): Promise<void> {
  const renamed = await asOperator(settings, async (deps) =>
    renameTenant(deps, await operatorScope(deps, account), { tenant, slug }),
  );
  if (json) return print(JSON.stringify(renamed));
  print(`Tenant ${tenant} is called ${slug} now. Its id, keys and contacts are what they were.`);
}
