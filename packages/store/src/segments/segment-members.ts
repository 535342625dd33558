import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { type ContactListQuery, contactPage, contactPageOfFew, keyBehind } from "../contacts/contact-read.ts";
import { type ContactConditions, contactSource, contactWhere } from "../contacts/contact-where.ts";
import type { Db, Tx } from "../open.ts";
import { type Settings, withinTime } from "../sql/time-limit.ts";

/** Statements about segments are planned each for itself: what one asks for may be true of few, of the next one of nearly all. */
const planning: Settings = { plan_cache_mode: "force_custom_plan" };

/** Reads the contacts of a segment in statements each of which has a time limit. @throws TookTooLong */
export function readSegment<T>(sql: Db, limitMs: number, read: (tx: Tx) => Promise<T>): Promise<T> {
  return withinTime(sql, limitMs, read, planning);
}

/** How many contacts are looked at one after the other, in their order, for a page of a segment. */
const oneByOne = 20_000;

/**
 * A page of a segment's contacts; one more than `limit` where there are more. How many a filter finds is not known before, and
 * PostgreSQL's guess may be far off: so it looks among few in their order, and where the page is not full, among all behind them in
 * any order.
 * @param contacts how many are looked at in their order
 */
export async function segmentMemberPage(
  sql: Db,
  tenantId: string,
  query: ContactListQuery,
  contacts = oneByOne,
): Promise<StoredContact[]> {
  const { limit, behind, sort } = query;
  const until = await keyBehind(sql, tenantId, { behind, contacts, sort });
  const found = await contactPage(sql, tenantId, { ...query, until });
  if (found.length > limit || until === undefined) return found;
  const rest = { ...query, limit: limit - found.length, behind: until };
  return [...found, ...(await contactPageOfFew(sql, tenantId, rest))];
}

/** How many contacts these are, counted one by one. */
export async function countAllContacts(
  sql: Db,
  tenantId: string,
  conditions: ContactConditions,
): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from ${contactSource(sql, conditions)} where ${contactWhere(sql, tenantId, conditions)}`;
  return row!.n;
}
