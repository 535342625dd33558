import { type ContactConditions, contactWhere } from "./contact-where.ts";
import type { Db } from "./open.ts";

/** How many contacts these are, counted one by one. */
export async function countAllContacts(
  sql: Db,
  tenantId: string,
  conditions: ContactConditions,
): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from contacts c where ${contactWhere(sql, tenantId, conditions)}`;
  return row!.n;
}
