import type { ContactFilter } from "@roster/domain/contacts/contact-filter.ts";
import { scoreWithoutEvents, wantedScores } from "@roster/domain/scores/score.ts";
import { searchTerm } from "@roster/domain/search/search-term.ts";
import type { SegmentCondition } from "@roster/domain/segments/segment-condition.ts";
import type { Db } from "../open.ts";
import { segmentSource, segmentWhere } from "../segments/segment-sql.ts";
import { shownName } from "./contact-row.ts";

/** The filter that callers may send, with its segment as what that means now, and what else a list can be narrowed by. */
export type ContactConditions = Omit<ContactFilter, "segmentId"> & {
  /** It has to be looked up: as an id it would find everybody. */
  segmentId?: never;
  /** Only what was changed at or after this time. */
  updatedSince?: Date | undefined;
  /** What a segment's contacts are. */
  segment?: SegmentCondition | undefined;
};

/** What a select with the conditions of `contactWhere` reads: `contacts c`, and what those conditions have to know beside. */
export function contactSource(sql: Db, { segment }: ContactConditions) {
  return segmentSource(sql, segment);
}

/** A tenant's contacts to which all conditions of a filter apply, as a condition on `contacts c`, for a select from `contactSource`. */
export function contactWhere(sql: Db, tenantId: string, filter: ContactConditions) {
  const {
    status,
    search,
    email,
    tags,
    locale,
    source,
    createdJob,
    listId,
    tier,
    minScore,
    updatedSince,
    segment,
  } = filter;
  return sql`
    c.tenant_id = ${tenantId}
    ${status === undefined ? sql`` : sql`and c.status = any(${status as string[]}::contact_status[])`}
    ${search === undefined ? sql`` : sql`and (c.email like ${searchPattern(search)} or lower(${shownName(sql)}) like lower(${searchPattern(search)}))`}
    ${email === undefined ? sql`` : sql`and c.email like ${searchPattern(email)}`}
    ${tags === undefined ? sql`` : sql`and c.tags && ${tags}::text[]`}
    ${locale === undefined ? sql`` : sql`and c.locale = ${locale}`}
    ${source === undefined ? sql`` : sql`and c.source = ${source}`}
    ${createdJob === undefined ? sql`` : sql`and c.created_job = ${createdJob}`}
    ${listId === undefined ? sql`` : sql`and exists (select from list_members m where m.tenant_id = ${tenantId} and m.list_id = ${listId} and m.contact_id = c.id)`}
    ${tier === undefined && minScore === undefined ? sql`` : sql`and ${scoreIn(sql, tenantId, wantedScores(tier, minScore))}`}
    ${updatedSince === undefined ? sql`` : sql`and c.updated_at >= ${updatedSince}`}
    ${segment === undefined ? sql`` : sql`and ${segmentWhere(sql, segment)}`}`;
}

/** Whether the score of a contact `c` is in one of these ranges. Who has no events has no row, but a score. */
function scoreIn(sql: Db, tenantId: string, ranges: readonly { from: number; to: number }[]) {
  const inside = ranges.reduce(
    (some, { from, to }) => sql`${some} or e.score between ${from} and ${to}`,
    sql`false`,
  );
  const row = sql`select from engagement e where e.tenant_id = ${tenantId} and e.contact_id = c.id`;
  const others = ranges.some(({ from, to }) => from <= scoreWithoutEvents && scoreWithoutEvents <= to);
  return others ? sql`not exists (${row} and not (${inside}))` : sql`exists (${row} and (${inside}))`;
}

function searchPattern(search: string): string {
  const { text, where } = searchTerm(search);
  const literal = text.replaceAll(/[\\%_]/g, (c) => `\\${c}`);
  return where === "inside" ? `%${literal}%` : `${literal}%`;
}
