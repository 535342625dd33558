import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import {
  countFeed,
  type FedContact,
  type FeedPosition,
  type FeedQuery,
  feedHorizon,
  feedPage,
  feedStart,
} from "@roster/store/contacts/contact-feed.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { requireListOf } from "../lists/lists.ts";
import { readInTime, segmentOf } from "../segments/segment-evaluation.ts";
import { type ContactSelection, conditionsOf, exactTotalLimit } from "./contact-list.ts";
import { Position, placeOf } from "./feed-position.ts";

export type ChangedPage = {
  /** In the order of their changes, the oldest first. */
  contacts: StoredContact[];
  /** Never null: behind the last change it waits for the next one. */
  cursor: string;
  /** Only where the query has no cursor, else null. */
  total: number | null;
  totalIsEstimate: boolean;
  /** Whether the cursor leads to more of what is known already. */
  hasMore: boolean;
};

/**
 * `since`: on the way through what was changed since a time; the place to go on at, and the horizon when the way began.
 * `after`: behind its end; the place to go on at.
 */
const ChangesCursor = z.union([
  z.tuple([z.literal("since"), z.iso.datetime(), Position, Position]),
  z.tuple([z.literal("after"), Position]),
]);

/** The epoch in which the way began: all that it has led to is of this one or an earlier one. */
function epochOf(cursor: z.infer<typeof ChangesCursor>): number {
  return (cursor[0] === "after" ? cursor[1] : cursor[2]).epoch;
}

/** Whether a cursor is one of `listContactsSince`. */
export function isChangesCursor(cursor: string): boolean {
  try {
    decodeCursor(cursor, ChangesCursor);
    return true;
  } catch {
    return false;
  }
}

/**
 * The contacts that were changed at or after a time. Walking on by the cursor, and coming back with the last one at any time
 * later, a caller misses no change, also none that a long transaction commits late; a contact that is changed on the way is
 * shown again.
 *
 * The way begins with all that is committed. Its end leads back to where the horizon was when it began: what was committed
 * behind that by then may come a second time, and what was not comes now. From there on nothing is shown until no running
 * transaction can put anything in front of it.
 * @param query.cursor holds the time by itself; `offset` counts from it
 * @throws Refused missing_scope, not_found (the list, the segment), invalid (a cursor that this server did not make)
 */
export async function listContactsSince(
  deps: Deps,
  scope: TenantScope,
  query: Omit<ContactSelection, "updatedSince"> & {
    since: Date | null;
    cursor: string | null;
    limit: number;
    offset: number;
  },
): Promise<ChangedPage> {
  requireScope(scope, "contacts:read");
  await requireListOf(deps, scope, query);
  const filter = { ...conditionsOf(query), segment: await segmentOf(deps, scope, query) };
  // Asked for in front of the page: whoever runs now is behind it.
  const horizon = await feedHorizon(deps.sql);
  const given = query.cursor === null ? null : decodeCursor(query.cursor, ChangesCursor);
  const restored = given !== null && epochOf(given) !== horizon.epoch;
  const cursor = restored ? null : given;

  if (cursor?.[0] === "after") {
    const page = await pageOf(deps, scope, query, { filter, from: cursor[1], until: horizon, since: null });
    const next = page.hasMore ? page.last! : horizon;
    const { contacts, hasMore } = page;
    const at = encodeCursor(["after", placeOf(next)]);
    return { contacts, hasMore, cursor: at, total: null, totalIsEstimate: false };
  }

  const asked = cursor === null ? query.since?.getTime() : Date.parse(cursor[1]);
  // Nothing is older than 1970, and PostgreSQL has no year 0.
  const since = new Date(restored ? 0 : Math.max(asked ?? 0, 0));
  const begun = cursor === null ? horizon : cursor[2];
  const from = cursor === null ? await feedStart(deps.sql, scope.tenantId, since) : cursor[3];
  const stretch = { filter, from, until: null, since };
  const page = await pageOf(deps, scope, query, stretch);
  const next = page.hasMore
    ? ["since", since.toISOString(), placeOf(begun), placeOf(page.last!)]
    : ["after", placeOf(begun)];
  const n =
    query.cursor === null
      ? await readInTime(deps, filter, (sql) => countFeed(sql, scope.tenantId, stretch, exactTotalLimit))
      : null;
  return {
    contacts: page.contacts,
    cursor: encodeCursor(next),
    total: n === null ? null : Math.min(n, exactTotalLimit),
    totalIsEstimate: n !== null && n > exactTotalLimit,
    hasMore: page.hasMore,
  };
}

async function pageOf(
  deps: Deps,
  scope: TenantScope,
  { limit, offset }: { limit: number; offset: number },
  stretch: FeedQuery,
): Promise<{ contacts: FedContact[]; hasMore: boolean; last: FeedPosition | null }> {
  const found = await readInTime(deps, stretch.filter, (sql) =>
    feedPage(sql, scope.tenantId, { ...stretch, limit, offset }),
  );
  const contacts = found.slice(0, limit);
  const end = contacts.at(-1);
  const last = end === undefined ? null : { epoch: end.feedEpoch, xid: end.feedXid, id: end.id };
  return { contacts, hasMore: found.length > limit, last };
}
