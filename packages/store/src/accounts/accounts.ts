import type { Db, Tx } from "../open.ts";

export type AccountRecord = { id: string; name: string; plan: string; createdAt: Date };

/** An account with what is in it. */
export type AccountSummary = AccountRecord & { tenants: number; contacts: number };

/** Serialises first starts and whatever makes accounts, tenants and keys: two at once must not make one of them twice. */
export async function lockAccounts(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('roster accounts'))`;
}

const columns = (sql: Db) => sql`id, name, plan, created_at`;

/** The oldest account: the one that a single installation works with. */
export async function firstAccount(sql: Db): Promise<AccountRecord | null> {
  const [row] = await sql<
    AccountRecord[]
  >`select ${columns(sql)} from accounts order by created_at, id limit 1`;
  return row ?? null;
}

export async function accountByName(sql: Db, name: string): Promise<AccountRecord | null> {
  const [row] = await sql<AccountRecord[]>`select ${columns(sql)} from accounts where name = ${name}`;
  return row ?? null;
}

/** Every account, oldest first. */
export async function allAccounts(sql: Db): Promise<AccountSummary[]> {
  return sql<AccountSummary[]>`
    select a.id, a.name, a.plan, a.created_at,
      (select count(*) from tenants t where t.account_id = a.id) as tenants,
      (select coalesce(sum(c.n), 0)::int8 from tenants t join contact_counts c on c.tenant_id = t.id
        where t.account_id = a.id) as contacts
    from accounts a order by a.created_at, a.id`;
}

/** @param account.plan left out: what new accounts get */
export async function insertAccount(
  tx: Tx,
  account: { id: string; name: string; plan?: string | undefined },
): Promise<void> {
  await tx`
    insert into accounts (id, name, plan)
    values (${account.id}, ${account.name}, ${account.plan ?? tx`default`})`;
}

export async function setAccountPlan(tx: Tx, accountId: string, plan: string): Promise<void> {
  await tx`update accounts set plan = ${plan} where id = ${accountId}`;
}
