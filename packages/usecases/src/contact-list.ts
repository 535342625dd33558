import type { StoredContact } from "@roster/domain/contact.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { Status } from "@roster/domain/status.ts";
import { contactTotals } from "@roster/store/contact-counts.ts";
import { contactPage, contactPageAt, countContacts } from "@roster/store/contact-read.ts";
import type { ContactConditions } from "@roster/store/contact-where.ts";
import { z } from "zod";
import { requireScope } from "./authentication.ts";
import type { Deps } from "./deps.ts";

/** Which contacts a list shows: those to which everything that is given applies. */
export type ContactSelection = {
  /** Part of an email, any case; fewer than three characters match its beginning. */
  search?: string | undefined;
  /** The same for the email or the name that is shown. */
  emailOrName?: string | undefined;
  status?: Status | undefined;
  /** true: active; false: everybody else. */
  subscribed?: boolean | undefined;
  locale?: string | undefined;
};

export type ContactQuery = ContactSelection & {
  /** Contacts per page, already within the door's bounds. */
  limit: number;
  cursor?: string | undefined;
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

const ListCursor = z.tuple([z.uuid()]);

/**
 * A page of contacts, newest first.
 * @throws Refused missing_scope, invalid (a cursor that this server did not make)
 */
export async function listContacts(
  deps: Deps,
  scope: TenantScope,
  query: ContactQuery,
): Promise<ContactPage> {
  requireScope(scope, "contacts:read");
  const beforeId = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ListCursor)[0];
  const where = { ...conditionsOf(query), limit: query.limit, beforeId };
  const found = await contactPage(deps.sql, scope.tenantId, where);
  const contacts = found.slice(0, query.limit);
  const hasMore = found.length > query.limit;
  const total = beforeId === undefined ? await totalOf(deps, scope, where) : null;
  return {
    contacts,
    cursor: hasMore ? encodeCursor([contacts.at(-1)!.id]) : null,
    hasMore,
    total: total?.n ?? null,
    totalIsEstimate: total?.isEstimate ?? false,
  };
}

/**
 * The contacts behind the first `offset` ones, newest first, how many there are in all, and the cursor by which
 * `listContacts` goes on.
 * @param query.limit and query.offset are already within the door's bounds
 * @throws Refused missing_scope
 */
export async function listContactsAt(
  deps: Deps,
  scope: TenantScope,
  { limit, offset, ...selection }: ContactSelection & { limit: number; offset: number },
): Promise<{ contacts: StoredContact[]; total: number; totalIsEstimate: boolean; cursor: string | null }> {
  requireScope(scope, "contacts:read");
  const where = conditionsOf(selection);
  const { n: total, isEstimate: totalIsEstimate } = await totalOf(deps, scope, where);
  const place = { limit, offset, total: totalIsEstimate ? null : total };
  const contacts = await contactPageAt(deps.sql, scope.tenantId, { ...where, ...place });
  const hasMore = contacts.length === limit && (totalIsEstimate || offset + limit < total);
  const cursor = hasMore ? encodeCursor([contacts.at(-1)!.id]) : null;
  return { contacts, total, totalIsEstimate, cursor };
}

/** A selection as the store takes it; a search for nothing finds everybody. */
export function conditionsOf(selection: ContactSelection): ContactConditions {
  return {
    search: selection.search?.trim() || undefined,
    emailOrName: selection.emailOrName?.trim() || undefined,
    locale: selection.locale,
    status: wantedStatuses(selection),
  };
}

function wantedStatuses({ status, subscribed }: ContactSelection): Status[] | undefined {
  if (status === undefined && subscribed === undefined) return undefined;
  return Status.options.filter(
    (option) =>
      (status === undefined || option === status) &&
      (subscribed === undefined || (option === "active") === subscribed),
  );
}

async function totalOf(
  deps: Deps,
  scope: TenantScope,
  where: ContactConditions,
): Promise<{ n: number; isEstimate: boolean }> {
  const { search, emailOrName, locale } = where;
  if (search === undefined && emailOrName === undefined && locale === undefined) {
    const totals = await contactTotals(deps.sql, scope.tenantId);
    return {
      n: (where.status ?? Status.options).reduce((sum, status) => sum + totals[status], 0),
      isEstimate: false,
    };
  }
  const n = await countContacts(deps.sql, scope.tenantId, where, exactTotalLimit);
  return n > exactTotalLimit ? { n: exactTotalLimit, isEstimate: true } : { n, isEstimate: false };
}
