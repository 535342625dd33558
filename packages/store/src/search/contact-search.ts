import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import {
  type ContactSort,
  isScoreSort,
  type ListPlace,
  sortOrder,
} from "@roster/domain/contacts/contact-sort.ts";
import { positionsIn, shelfOf } from "@roster/domain/search/search-segment.ts";
import { contactScore } from "../contacts/contact-row.ts";
import { type ContactConditions, contactWhere } from "../contacts/contact-where.ts";
import { packedContacts } from "../contacts/packed-contacts.ts";
import type { Sql, Tx } from "../open.ts";
import { blockContacts } from "./search-index.ts";

/** Above so many contacts that may hold a term it is quicker to read all of them, newest first, until a page is full. */
const candidateLimit = 20_000;

export type SearchedPage = {
  contacts: StoredContact[];
  /** Of all pages. */
  total: number;
};

/** Which of the contacts that are found. */
type PlaceInList = {
  limit: number;
  sort: ContactSort;
  /** Only what comes behind this contact. */
  behind?: ListPlace | undefined;
  offset?: number;
};

/**
 * A page of the contacts that a search finds, through the tenant's search index and what is not in it yet.
 * @param slots those of the term, as `termSlots` gives them
 * @returns null where the index is no help: there is none yet, or too many contacts may hold the term
 */
export async function searchContacts(
  sql: Sql,
  tenantId: string,
  conditions: ContactConditions,
  slots: readonly number[],
  page: PlaceInList,
): Promise<SearchedPage | null> {
  // One snapshot: an index may be replaced meanwhile.
  const found = await sql.begin("isolation level repeatable read read only", async (tx) => {
    const index = await liveIndex(tx, tenantId);
    if (index === null) return null;
    const candidates = await candidatesOf(tx, tenantId, index.generation, slots);
    if (candidates === null) return null;
    const { ids, total } = await matching(tx, tenantId, conditions, index, candidates, page);
    if (ids.length === 0) return { contacts: [], total };
    const contacts = await packedContacts(
      tx,
      tx`
        select c.* from unnest(${ids}::uuid[]) with ordinality as k (id, place)
        join contacts c on c.tenant_id = ${tenantId} and c.id = k.id order by k.place`,
    );
    return { contacts, total };
  });
  return found as SearchedPage | null;
}

type LiveIndex = { generation: number; feedEpoch: number; feedXid: string };

async function liveIndex(tx: Tx, tenantId: string): Promise<LiveIndex | null> {
  const [row] = await tx<LiveIndex[]>`
    select generation, feed_epoch, feed_xid::text as feed_xid
    from search_indexes where tenant_id = ${tenantId} and live`;
  return row ?? null;
}

/** Places of contacts in an index, as three columns. */
type Candidates = { segments: number[]; blocks: number[]; places: number[] };

async function candidatesOf(
  tx: Tx,
  tenantId: string,
  generation: number,
  slots: readonly number[],
): Promise<Candidates | null> {
  const shelves = [...new Set(slots.map(shelfOf))];
  const rows = await tx<{ segment: number; shelf: number; postings: Uint8Array }[]>`
    select segment, shelf, postings from search_postings
    where tenant_id = ${tenantId} and generation = ${generation} and shelf = any(${shelves}::int4[])`;
  const bySegment = new Map<number, Map<number, Uint8Array>>();
  for (const { segment, shelf, postings } of rows) {
    const own = bySegment.get(segment);
    if (own === undefined) bySegment.set(segment, new Map([[shelf, postings]]));
    else own.set(shelf, postings);
  }
  const candidates: Candidates = { segments: [], blocks: [], places: [] };
  for (const [segment, own] of bySegment) {
    for (const position of positionsIn(slots.map((slot) => ({ slot, shelf: own.get(shelfOf(slot)) })))) {
      candidates.segments.push(segment);
      candidates.blocks.push(Math.floor(position / blockContacts));
      candidates.places.push(position % blockContacts);
    }
    if (candidates.segments.length > candidateLimit) return null;
  }
  return candidates;
}

/** Which of them the conditions really find, and who else behind the index's place in the feed. */
async function matching(
  tx: Tx,
  tenantId: string,
  conditions: ContactConditions,
  { generation, feedEpoch, feedXid }: LiveIndex,
  { segments, blocks, places }: Candidates,
  { limit, sort, behind, offset = 0 }: PlaceInList,
): Promise<{ ids: string[]; total: number }> {
  // Without statistics of the arrays Postgres may take reading all contacts for cheaper than looking a few up, and it would
  // start processes to read the few thousand that are not in the index.
  await tx`
    select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
      set_config('enable_material', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`;
  const where = contactWhere(tx, tenantId, conditions);
  const found = tx`c.id, c.email${isScoreSort(sort) ? tx`, ${contactScore(tx)} as score` : tx``}`;
  const [row] = await tx<{ ids: string[]; total: number }[]>`
    with candidate as materialized (
      select encode(substring((
        select s.ids from search_contacts s
        where s.tenant_id = ${tenantId} and s.generation = ${generation} and s.segment = k.segment and s.block = k.block
      ) from k.place * 16 + 1 for 16), 'hex')::uuid as id
      from unnest(${segments}::int4[], ${blocks}::int4[], ${places}::int4[]) as k (segment, block, place)
    ), found as materialized (
      select ${found} from candidate k join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
      where ${where}
      union
      select ${found} from contacts c
      where ${where} and (c.feed_epoch, c.feed_xid) >= (${feedEpoch}::int4, ${feedXid}::text::xid8)
    )
    select (select count(*) from found) as total, array(
      select c.id from found c ${behind === undefined ? tx`` : tx`where ${isBehind(tx, sort, behind)}`}
      order by ${orderBy(tx, sort)} limit ${limit} offset ${offset}
    ) as ids`;
  return row!;
}

function orderBy(tx: Tx, sort: ContactSort) {
  const { key, descending } = sortOrder[sort];
  const forwards = descending ? tx`desc` : tx`asc`;
  return isScoreSort(sort) ? tx`c.score ${forwards}, c.id ${forwards}` : tx`c.${tx(key)} ${forwards}`;
}

function isBehind(tx: Tx, sort: ContactSort, { key: place, score }: ListPlace) {
  const { key, descending } = sortOrder[sort];
  const beyond = descending ? tx`<` : tx`>`;
  return isScoreSort(sort)
    ? tx`(c.score, c.id) ${beyond} (${score}::int2, ${place}::uuid)`
    : tx`c.${tx(key)} ${beyond} ${place}`;
}
