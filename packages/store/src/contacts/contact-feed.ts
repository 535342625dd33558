import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import type { Fragment } from "postgres";
import type { Db } from "../open.ts";
import { storedContactColumns } from "./contact-row.ts";
import { type ContactConditions, contactSource, contactWhere } from "./contact-where.ts";

/**
 * A place in the feed of state, where each contact stands at the transaction that changed it last: behind the contact `id`
 * of this transaction, or in front of all of them where `id` is null.
 */
export type FeedPosition = { epoch: number; xid: string; id: string | null };

export type FedContact = StoredContact & { feedEpoch: number; feedXid: string };

/**
 * In front of this place everything is committed for good; behind it, a transaction that still runs may put something
 * between what is there already.
 */
export async function feedHorizon(sql: Db): Promise<FeedPosition> {
  const [row] = await sql<{ epoch: number; xid: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid, (
      select pg_get_expr(d.adbin, d.adrelid)::int4
      from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where d.adrelid = 'contacts'::regclass and a.attname = 'feed_epoch'
    ) as epoch`;
  return { ...row!, id: null };
}

/** How far back, in contacts, the feed is looked at for its start; then so many times as far. */
const firstLook = 1000;
const furtherLook = 4;

/**
 * A place in front of which nothing was changed since a time; null is the feed's beginning. It saves reading what is older:
 * times have no index of their own.
 *
 * Numbers of transactions are given out in order, and `updated_at` is when the transaction began. So whatever stands in
 * front of one that began an hour earlier was changed before the time, unless that one took an hour from its beginning to
 * its first write: a transaction that stands still is ended after a minute.
 */
export async function feedStart(sql: Db, tenantId: string, since: Date): Promise<FeedPosition | null> {
  for (let back = firstLook; ; back *= furtherLook) {
    const [row] = await sql<{ epoch: number; xid: string; older: boolean }[]>`
      select k.feed_epoch as epoch, k.feed_xid::text as xid, c.older
      from (
        select feed_epoch, feed_xid from contacts where tenant_id = ${tenantId}
        order by feed_epoch desc, feed_xid desc limit 1 offset ${back}
      ) k,
      lateral (
        select c.updated_at < ${since}::timestamptz - interval '1 hour' as older from contacts c
        where c.tenant_id = ${tenantId} and c.feed_epoch = k.feed_epoch and c.feed_xid = k.feed_xid limit 1
      ) c`;
    if (row === undefined) return null;
    if (row.older) return { epoch: row.epoch, xid: row.xid, id: null };
  }
}

export type FeedQuery = {
  filter: ContactConditions;
  /** Null: from the beginning. */
  from: FeedPosition | null;
  /** The end, or null for whatever is committed. */
  until: FeedPosition | null;
  /** Only what was changed at or after this time. */
  since: Date | null;
};

/** A page of the feed; one more than `limit` where there are more. */
export async function feedPage(
  sql: Db,
  tenantId: string,
  query: FeedQuery & { limit: number; offset: number },
): Promise<FedContact[]> {
  return sql<FedContact[]>`
    select ${storedContactColumns(sql)}, c.feed_epoch, c.feed_xid::text as feed_xid from ${contactSource(sql, query.filter)}
    where ${feedWhere(sql, tenantId, query)}
    order by c.feed_epoch, c.feed_xid, c.id
    limit ${query.limit + 1} offset ${query.offset}`;
}

/** How many contacts a stretch of the feed has, counted up to `cap` + 1. */
export async function countFeed(sql: Db, tenantId: string, query: FeedQuery, cap: number): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from (
      select from ${contactSource(sql, query.filter)} where ${feedWhere(sql, tenantId, query)} limit ${cap + 1}
    ) found`;
  return row!.n;
}

function feedWhere(sql: Db, tenantId: string, { filter, since, ...stretch }: FeedQuery) {
  return sql`
    ${contactWhere(sql, tenantId, filter)} ${inStretch(sql, sql`c.id`, stretch)}
    ${since === null ? sql`` : sql`and c.updated_at >= ${since}`}`;
}

/** Of rows `c` those between two places of the feed, as the continuation of a `where`. @param id the column with the contact's id */
export function inStretch(sql: Db, id: Fragment, { from, until }: Pick<FeedQuery, "from" | "until">) {
  const place = ({ epoch, xid }: FeedPosition) => sql`(${epoch}::int4, ${xid}::text::xid8)`;
  return sql`
    ${from === null ? sql`` : sql`and (c.feed_epoch, c.feed_xid) >= ${place(from)}`}
    ${
      from === null || from.id === null
        ? sql``
        : sql`and (c.feed_epoch, c.feed_xid, ${id}) > (${from.epoch}::int4, ${from.xid}::text::xid8, ${from.id}::uuid)`
    }
    ${until === null ? sql`` : sql`and (c.feed_epoch, c.feed_xid) < ${place(until)}`}`;
}
