import type { Tx } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";

/**
 * Locks contacts until the transaction ends, in the order of their ids, so that overlapping writers cannot deadlock on
 * them. Those that are gone are left out.
 */
export async function lockContacts(
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
  return tx<{ id: string; version: number }[]>`
    select c.id, c.version
    from unnest(${arrayLiteral(ids.toSorted())}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
    order by c.id
    for no key update of c`;
}

/**
 * Sees to it that contacts are there until the transaction ends, in the order of their ids; they may be changed meanwhile.
 * @returns whether all of them are
 */
export async function holdContacts(tx: Tx, tenantId: string, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  const held = await tx`
    select from unnest(${arrayLiteral(ids.toSorted())}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
    order by c.id
    for key share of c`;
  return held.count === ids.length;
}

/** As `lockContacts`, by their emails: those that no contact has are left out. */
export async function lockContactsByEmail(
  tx: Tx,
  tenantId: string,
  emails: readonly string[],
): Promise<{ id: string; version: number }[]> {
  return tx<{ id: string; version: number }[]>`
    select c.id, c.version
    from unnest(${emails as string[]}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email
    order by c.id
    for no key update of c`;
}
