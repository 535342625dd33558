import type { FeedPosition } from "../contacts/contact-feed.ts";
import { shownName } from "../contacts/contact-row.ts";
import type { Db, Tx } from "../open.ts";
import { BinaryRows } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** An index over a tenant's contacts, and how far it has come in the feed. */
export type SearchIndex = {
  tenantId: string;
  generation: number;
  live: boolean;
  segments: number;
  /** How many contacts are in its segments, some of them several times. */
  contacts: number;
  /** The last contact in the feed that it has. */
  feedEpoch: number;
  feedXid: string;
  contactId: string;
};

/** So many ids are a row of `search_contacts`: 1 kB. */
export const blockContacts = 64;

/** Tenants for whom a job is at work. */
export async function tenantsAtWork(sql: Db): Promise<string[]> {
  const rows = await sql<{ tenantId: string }[]>`
    select distinct tenant_id from jobs where finished_at is null and state = 'running'`;
  return rows.map(({ tenantId }) => tenantId);
}

export async function allTenants(sql: Db): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from tenants`;
  return rows.map(({ id }) => id);
}

/** Whether more contacts than `most` stand behind the place to which a tenant's newest index has come. */
export async function isSearchBehind(sql: Db, tenantId: string, most: number): Promise<boolean> {
  const [index] = await sql<{ epoch: number; xid: string }[]>`
    select feed_epoch as epoch, feed_xid::text as xid from search_indexes
    where tenant_id = ${tenantId} order by generation desc limit 1`;
  const { epoch = 0, xid = "0" } = index ?? {};
  // By values, and not in one query with the place: Postgres would compare each contact of the tenant with it.
  const [row] = await sql<{ behind: boolean }[]>`
    select exists (
      select from contacts c
      where c.tenant_id = ${tenantId} and (c.feed_epoch, c.feed_xid) >= (${epoch}::int4, ${xid}::text::xid8)
      offset ${most}
    ) as behind`;
  return row!.behind;
}

/** A tenant's index that is to be filled next, for this transaction alone; null while somebody else has it. */
export async function lockSearchIndex(tx: Tx, tenantId: string): Promise<SearchIndex | null> {
  await tx`
    insert into search_indexes (tenant_id, generation, live)
    select ${tenantId}, 1, true where not exists (select from search_indexes where tenant_id = ${tenantId})
    on conflict do nothing`;
  const [row] = await tx<SearchIndex[]>`
    select tenant_id, generation, live, segments, contacts, feed_epoch, feed_xid::text as feed_xid, contact_id
    from search_indexes i
    where tenant_id = ${tenantId}
      and generation = (select max(generation) from search_indexes where tenant_id = ${tenantId})
    for update skip locked`;
  return row ?? null;
}

/** What the next segment is made of. */
export type SegmentContents = {
  contacts: number;
  /** 16 bytes each. */
  ids: Uint8Array;
  /** A line for each contact: the email, a tab, the name in small letters. */
  texts: string;
  /** The last of them in the feed. */
  last: FeedPosition;
};

/** The next contacts in front of the horizon that an index does not have yet; null where there are none. */
export async function nextSegment(
  tx: Tx,
  { tenantId, feedEpoch, feedXid, contactId }: SearchIndex,
  horizon: FeedPosition,
  limit: number,
): Promise<SegmentContents | null> {
  const [row] = await tx<
    { contacts: number; ids: Uint8Array; texts: string; epoch: number; xid: string; id: string }[]
  >`
    with page as materialized (
      select c.id, c.email, ${shownName(tx)} as shown, c.feed_epoch, c.feed_xid
      from contacts c
      where c.tenant_id = ${tenantId}
        and (c.feed_epoch, c.feed_xid) >= (${feedEpoch}::int4, ${feedXid}::text::xid8)
        and (c.feed_epoch, c.feed_xid, c.id) > (${feedEpoch}::int4, ${feedXid}::text::xid8, ${contactId}::uuid)
        and (c.feed_epoch, c.feed_xid) < (${horizon.epoch}::int4, ${horizon.xid}::text::xid8)
      order by c.feed_epoch, c.feed_xid, c.id
      limit ${limit}
    )
    select count(*)::int4 as contacts, string_agg(uuid_send(page.id), '') as ids,
      string_agg(page.email || E'\t' || replace(replace(lower(page.shown), E'\n', ' '), E'\t', ' '), E'\n') as texts,
      last.feed_epoch as epoch, last.feed_xid::text as xid, last.id
    from page, (
      select feed_epoch, feed_xid, id from page order by feed_epoch desc, feed_xid desc, id desc limit 1
    ) last
    group by last.feed_epoch, last.feed_xid, last.id`;
  if (row === undefined) return null;
  const { contacts, ids, texts, epoch, xid, id } = row;
  return { contacts, ids, texts, last: { epoch, xid, id } };
}

/** Adds a segment to an index. @param shelves as `buildShelves` gives them */
export async function insertSegment(
  tx: Tx,
  { tenantId, generation, segments: segment }: SearchIndex,
  ids: Uint8Array,
  shelves: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  const postings = tx`copy search_postings (tenant_id, generation, shelf, segment, postings) from stdin (format binary)`;
  await copyIn(
    postings,
    rowsOf([...shelves], (shelf) => [tenantId, generation, shelf, segment]),
  );
  const blocks: [number, Uint8Array][] = [];
  const blockBytes = blockContacts * 16;
  for (let at = 0; at < ids.length; at += blockBytes) {
    blocks.push([at / blockBytes, ids.subarray(at, at + blockBytes)]);
  }
  const contacts = tx`copy search_contacts (tenant_id, generation, segment, block, ids) from stdin (format binary)`;
  await copyIn(
    contacts,
    rowsOf(blocks, (block) => [tenantId, generation, segment, block]),
  );
}

function* rowsOf(
  values: readonly (readonly [number, Uint8Array])[],
  keyOf: (n: number) => [tenantId: string, number, number, number],
): Generator<Uint8Array> {
  const rows = new BinaryRows(5);
  for (const [n, bytes] of values) {
    const [tenantId, ...numbers] = keyOf(n);
    rows.begin();
    rows.uuid(tenantId);
    for (const number of numbers) rows.int4(number);
    rows.bytes(bytes);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

/** Notes how far an index has come. @param added how many contacts a new segment has; 0 for none */
export async function moveSearchIndex(
  tx: Tx,
  { tenantId, generation }: SearchIndex,
  place: FeedPosition,
  added: number,
): Promise<void> {
  await tx`
    update search_indexes set feed_epoch = ${place.epoch}, feed_xid = ${place.xid}::text::xid8,
      contact_id = coalesce(${place.id}::uuid, '00000000-0000-0000-0000-000000000000'),
      segments = segments + ${added > 0 ? 1 : 0}, contacts = contacts + ${added}
    where tenant_id = ${tenantId} and generation = ${generation}`;
}

/** Begins an index that will take the place of the live one. */
export async function beginSearchIndex(tx: Tx, { tenantId, generation }: SearchIndex): Promise<void> {
  await tx`
    insert into search_indexes (tenant_id, generation, live) values (${tenantId}, ${generation + 1}, false)`;
}

/** Has an index read from now on, and removes the older ones. */
export async function replaceSearchIndex(tx: Tx, { tenantId, generation }: SearchIndex): Promise<void> {
  await tx`delete from search_indexes where tenant_id = ${tenantId} and generation < ${generation}`;
  await tx`update search_indexes set live = true where tenant_id = ${tenantId} and generation = ${generation}`;
  await tx`delete from search_postings where tenant_id = ${tenantId} and generation < ${generation}`;
  await tx`delete from search_contacts where tenant_id = ${tenantId} and generation < ${generation}`;
}
