import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { type ListPlace, type ScoreSort, sortOrder } from "@roster/domain/contacts/contact-sort.ts";
import { scoreWithoutEvents } from "@roster/domain/scores/score.ts";
import { type ContactConditions, contactSource, contactWhere } from "../contacts/contact-where.ts";
import { packedContacts } from "../contacts/packed-contacts.ts";
import type { Db } from "../open.ts";

type ScoredId = { id: string; score: number };
type ScoreList = { sort: ScoreSort; behind?: ListPlace | undefined; limit: number };

/**
 * A page of contacts by their scores; one more than `limit` where there are more. Whoever has events is read by the index of
 * the scores. All others have one score: they are looked for only where the page comes to it.
 */
export async function scoredPage(
  sql: Db,
  tenantId: string,
  query: ContactConditions & ScoreList,
): Promise<StoredContact[]> {
  const { sort, behind } = query;
  const limit = query.limit + 1;
  const list = { sort, behind, limit };
  const { descending } = sortOrder[sort];
  const engaged = await sql<ScoredId[]>`${engagedIds(sql, tenantId, query, list)}`;
  const last = engaged.length < limit ? null : engaged.at(-1)!.score;
  const isBefore = (score: number) => (descending ? score > scoreWithoutEvents : score < scoreWithoutEvents);
  const isPast = (score: number) => score !== scoreWithoutEvents && !isBefore(score);
  const without = (last !== null && isBefore(last)) || (behind !== undefined && isPast(behind.score ?? 0));
  const others = without ? [] : await sql<ScoredId[]>`${otherIds(sql, tenantId, query, list)}`;
  const upwards = (a: ScoredId, b: ScoredId) => a.score - b.score || (a.id < b.id ? -1 : 1);
  const ids = [...engaged, ...others]
    .sort((a, b) => (descending ? upwards(b, a) : upwards(a, b)))
    .slice(0, limit)
    .map(({ id }) => id);
  return ids.length === 0 ? [] : inOrder(sql, tenantId, ids);
}

/** `limit` contacts behind the first `offset` ones, by their scores. */
export async function scoredPageAt(
  sql: Db,
  tenantId: string,
  query: ContactConditions & { sort: ScoreSort; limit: number; offset: number },
): Promise<StoredContact[]> {
  const { sort, limit, offset } = query;
  const list = { sort, limit: offset + limit };
  const forwards = sortOrder[sort].descending ? sql`desc` : sql`asc`;
  const page = await sql<ScoredId[]>`
    select id from (
      (${engagedIds(sql, tenantId, query, list)}) union all (${otherIds(sql, tenantId, query, list)})
    ) found
    order by score ${forwards}, id ${forwards} limit ${limit} offset ${offset}`;
  return page.length === 0
    ? []
    : inOrder(
        sql,
        tenantId,
        page.map(({ id }) => id),
      );
}

/** The next of those who have events. */
function engagedIds(
  sql: Db,
  tenantId: string,
  conditions: ContactConditions,
  { sort, behind, limit }: ScoreList,
) {
  const { descending } = sortOrder[sort];
  const forwards = descending ? sql`desc` : sql`asc`;
  const beyond = descending ? sql`<` : sql`>`;
  return sql`
    select c.id, e.score from ${contactSource(sql, conditions)}
    join engagement e on e.tenant_id = ${tenantId} and e.contact_id = c.id
    where ${contactWhere(sql, tenantId, conditions)}
      ${behind === undefined ? sql`` : sql`and (e.score, e.contact_id) ${beyond} (${behind.score}::int2, ${behind.key}::uuid)`}
    order by e.score ${forwards}, e.contact_id ${forwards} limit ${limit}`;
}

/** The next of those who have none. */
function otherIds(
  sql: Db,
  tenantId: string,
  conditions: ContactConditions,
  { sort, behind, limit }: ScoreList,
) {
  const { descending } = sortOrder[sort];
  const beyond = descending ? sql`<` : sql`>`;
  return sql`
    select c.id, ${scoreWithoutEvents}::int2 as score from ${contactSource(sql, conditions)}
    where ${contactWhere(sql, tenantId, conditions)}
      and not exists (select from engagement e where e.tenant_id = ${tenantId} and e.contact_id = c.id)
      ${behind?.score === scoreWithoutEvents ? sql`and c.id ${beyond} ${behind.key}::uuid` : sql``}
    order by c.id ${descending ? sql`desc` : sql`asc`} limit ${limit}`;
}

function inOrder(sql: Db, tenantId: string, ids: readonly string[]): Promise<StoredContact[]> {
  return packedContacts(
    sql,
    sql`
      select c.* from unnest(${ids as string[]}::uuid[]) with ordinality as k (id, place)
      join contacts c on c.tenant_id = ${tenantId} and c.id = k.id order by k.place`,
  );
}
