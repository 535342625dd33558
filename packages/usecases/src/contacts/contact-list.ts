import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import {
  type ContactSort,
  defaultSort,
  isScoreSort,
  type ListPlace,
  listCursor,
  readListCursor,
} from "@roster/domain/contacts/contact-sort.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Tier } from "@roster/domain/scores/score.ts";
import { termSlots } from "@roster/domain/search/search-gram.ts";
import { searchTerm } from "@roster/domain/search/search-term.ts";
import { contactTotals } from "@roster/store/contacts/contact-counts.ts";
import { contactPage, contactPageAt, countContacts } from "@roster/store/contacts/contact-read.ts";
import type { ContactConditions } from "@roster/store/contacts/contact-where.ts";
import { memberTotal } from "@roster/store/lists/list-members.ts";
import type { Db } from "@roster/store/open.ts";
import { scoredPage, scoredPageAt } from "@roster/store/scores/contact-score-page.ts";
import { type SearchedPage, searchContacts } from "@roster/store/search/contact-search.ts";
import { readSegment, segmentMemberPage } from "@roster/store/segments/segment-members.ts";
import { TookTooLong, withinTime } from "@roster/store/sql/time-limit.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { requireListOf } from "../lists/lists.ts";
import { readInTime, segmentOf } from "../segments/segment-evaluation.ts";

/** Which contacts a list shows: those to which everything that is given applies. */
export type ContactSelection = {
  /** As `search` and `email` of a `ContactFilter`. */
  search?: string | undefined;
  email?: string | undefined;
  status?: Status | undefined;
  /** true: active; false: everybody else. */
  subscribed?: boolean | undefined;
  /** At least one of these. */
  tags?: string[] | undefined;
  locale?: string | undefined;
  /** On this list. */
  listId?: string | undefined;
  /** One of these. */
  tier?: readonly Tier[] | undefined;
  /** The score, or more. */
  minScore?: number | undefined;
  /** In this segment. */
  segmentId?: string | undefined;
  /** Changed at or after this time. */
  updatedSince?: Date | undefined;
};

export type ContactQuery = ContactSelection & {
  /** Contacts per page, already within the door's bounds. */
  limit: number;
  cursor?: string | undefined;
  sort?: ContactSort | undefined;
};

export type ContactPage = {
  contacts: StoredContact[];
  cursor: string | null;
  hasMore: boolean;
  /** Only on the first page: null where the query has a cursor. */
  total: number | null;
  totalIsEstimate: boolean;
};

/** Totals under other filters than the status are counted up to here; beyond, the total is an estimate. */
export const exactTotalLimit = 10_000;

/** How long the way to a page behind an offset may take. */
const deepPageMs = 2000;

/**
 * A page of contacts.
 * @throws Refused missing_scope, not_found (the list, the segment), invalid (a cursor that this server did not make, or for another order)
 */
export async function listContacts(
  deps: Deps,
  scope: TenantScope,
  query: ContactQuery,
): Promise<ContactPage> {
  requireScope(scope, "contacts:read");
  await requireListOf(deps, scope, query);
  const { sort = defaultSort } = query;
  const behind = query.cursor === undefined ? undefined : readListCursor(query.cursor, sort);
  const where = { ...conditionsOf(query), segment: await segmentOf(deps, scope, query) };
  const { limit } = query;
  const searched = await searchedPage(deps, scope, where, { limit: limit + 1, sort, behind });
  const found = searched?.contacts ?? (await pageBehind(deps, scope, where, { limit, sort, behind }));
  const contacts = found.slice(0, limit);
  const hasMore = found.length > limit;
  // A first page that is the last one has counted them.
  const whole = { n: contacts.length, isEstimate: false };
  const total = behind !== undefined ? null : hasMore ? await totalOf(deps, scope, where, searched) : whole;
  return {
    contacts,
    cursor: hasMore ? listCursor(contacts.at(-1)!, sort) : null,
    hasMore,
    total: total?.n ?? null,
    totalIsEstimate: total?.isEstimate ?? false,
  };
}

/**
 * The contacts behind the first `offset` ones, how many there are in all, and the cursor by which `listContacts` goes on.
 * @param query.limit and query.offset are already within the door's bounds
 * @param query.placeName what the door calls the place that was asked for
 * @throws Refused missing_scope, not_found (the list, the segment), invalid (a page too deep in a filtered list, field `placeName`)
 */
export async function listContactsAt(
  deps: Deps,
  scope: TenantScope,
  query: ContactSelection & {
    limit: number;
    offset: number;
    sort?: ContactSort | undefined;
    placeName?: "offset" | "page";
  },
): Promise<{ contacts: StoredContact[]; total: number; totalIsEstimate: boolean; cursor: string | null }> {
  requireScope(scope, "contacts:read");
  await requireListOf(deps, scope, query);
  const { limit, offset, sort = defaultSort, placeName = "offset" } = query;
  const where = { ...conditionsOf(query), segment: await segmentOf(deps, scope, query) };
  const searched = await searchedPage(deps, scope, where, { limit, sort, offset });
  const { n: total, isEstimate: totalIsEstimate } = await totalOf(deps, scope, where, searched);
  const place = { limit, offset, sort, total: totalIsEstimate ? null : total };
  const contacts = searched?.contacts ?? (await deepPage(deps, scope, where, place, placeName));
  const hasMore = contacts.length === limit && (totalIsEstimate || offset + limit < total);
  const cursor = hasMore ? listCursor(contacts.at(-1)!, sort) : null;
  return { contacts, total, totalIsEstimate, cursor };
}

/** A selection as the store takes it, but for its segment; a search for nothing finds everybody. */
export function conditionsOf(selection: ContactSelection): ContactConditions {
  return {
    search: selection.search?.trim() || undefined,
    email: selection.email?.trim() || undefined,
    tags: selection.tags,
    locale: selection.locale,
    listId: selection.listId,
    tier: selection.tier === undefined ? undefined : [...selection.tier],
    minScore: selection.minScore,
    updatedSince: selection.updatedSince,
    status: wantedStatuses(selection),
  };
}

function isEverybody(where: ContactConditions): boolean {
  return Object.values(where).every((condition) => condition === undefined);
}

function wantedStatuses({ status, subscribed }: ContactSelection): Status[] | undefined {
  if (status === undefined && subscribed === undefined) return undefined;
  return Status.options.filter(
    (option) =>
      (status === undefined || option === status) &&
      (subscribed === undefined || (option === "active") === subscribed),
  );
}

/** A page behind a place, one contact more where there are more. */
function pageBehind(
  deps: Deps,
  { tenantId }: TenantScope,
  where: ContactConditions,
  { limit, sort, behind }: { limit: number; sort: ContactSort; behind?: ListPlace | undefined },
): Promise<StoredContact[]> {
  const page = where.segment === undefined ? contactPage : segmentMemberPage;
  return readInTime(deps, where, (sql) =>
    isScoreSort(sort)
      ? scoredPage(sql, tenantId, { ...where, limit, sort, behind })
      : page(sql, tenantId, { ...where, limit, sort, behind: behind?.key }),
  );
}

/** @throws Refused invalid where a filter leaves so few contacts that the way to the page takes too long */
async function deepPage(
  deps: Deps,
  scope: TenantScope,
  where: ContactConditions,
  place: { limit: number; offset: number; sort: ContactSort; total: number | null },
  field: "offset" | "page",
): Promise<StoredContact[]> {
  const { tenantId } = scope;
  const { offset, limit, sort, total } = place;
  if (total !== null && offset >= total) return [];
  if (offset === 0) {
    // Which reads one more than it is asked for. Looking for more than there are, it would look through everybody.
    const found = total === null ? limit : Math.min(limit, total);
    return pageBehind(deps, scope, where, { ...place, limit: found - 1 });
  }
  const query = { ...where, ...place };
  const read = (sql: Db) =>
    isScoreSort(sort)
      ? scoredPageAt(sql, tenantId, { ...query, sort })
      : contactPageAt(sql, tenantId, { ...query, sort });
  // The way is one over ids, from the nearer end: no need of a limit, which takes a transaction, three statements more.
  if (isEverybody(where) && !isScoreSort(sort)) return read(deps.sql);
  try {
    return await (where.segment === undefined ? withinTime : readSegment)(deps.sql, deepPageMs, read);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    const message =
      "This page lies too deep in the filtered list to be counted off in time. Go on by `cursor` from page to page, which " +
      "costs the same everywhere, or narrow the filter.";
    throw new Refused({ code: "invalid", issues: [{ field, code: "page_too_deep", message }] });
  }
}

/** Through the search index, where it helps; null where contacts are to be read one by one. */
async function searchedPage(
  deps: Deps,
  scope: TenantScope,
  where: ContactConditions,
  page: Parameters<typeof searchContacts>[4],
): Promise<SearchedPage | null> {
  const terms = [where.search, where.email].filter((term) => term !== undefined);
  const slots = terms.flatMap((term) => {
    const { text, where: place } = searchTerm(term);
    // As the index writes names.
    return termSlots(Buffer.from(text.replaceAll(/[\n\t]/g, " ")), place);
  });
  // A segment's conditions may take long for each of the contacts that the index finds: they are read within its time.
  return slots.length === 0 || where.segment !== undefined
    ? null
    : searchContacts(deps.sql, scope.tenantId, where, slots, page);
}

async function totalOf(
  deps: Deps,
  scope: TenantScope,
  where: ContactConditions,
  searched: SearchedPage | null,
): Promise<{ n: number; isEstimate: boolean }> {
  if (searched !== null) return { n: searched.total, isEstimate: false };
  const { status, listId, ...others } = where;
  if (isEverybody(others) && listId !== undefined && status === undefined) {
    return { n: await memberTotal(deps.sql, scope.tenantId, listId), isEstimate: false };
  }
  if (isEverybody(others) && listId === undefined) {
    const totals = await contactTotals(deps.sql, scope.tenantId);
    return {
      n: (status ?? Status.options).reduce((sum, status) => sum + totals[status], 0),
      isEstimate: false,
    };
  }
  const n = await readInTime(deps, where, (sql) =>
    countContacts(sql, scope.tenantId, where, exactTotalLimit),
  );
  return n > exactTotalLimit ? { n: exactTotalLimit, isEstimate: true } : { n, isEstimate: false };
}
