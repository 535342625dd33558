import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { changeOf, type FedChange } from "@roster/domain/contacts/contact-change.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { type FeedPosition, feedHorizon, feedPage } from "@roster/store/contacts/contact-feed.ts";
import { tombstonePage } from "@roster/store/contacts/contact-tombstones.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { comparePlaces, Position, placeOf } from "./feed-position.ts";

export type ContactChangePage = {
  /** In the order of the feed, the oldest change first. */
  changes: FedChange[];
  /** Never null: behind the last change it waits for the next one. */
  cursor: string;
  /** Whether the cursor leads to more of what is known already. */
  hasMore: boolean;
  /** Whether this page is the feed's beginning: whoever keeps a copy empties it before applying the page. */
  reset: boolean;
};

/** The epoch in which the way began, and the place to go on at. All that the way leads to is of this epoch or an earlier one. */
export const ChangeCursor = z.tuple([z.literal("changes"), z.int32().min(0), Position]);

/**
 * What became of the contacts behind a cursor, or from the feed's beginning: each contact, or that it was deleted, once, at its
 * latest change. Whoever applies the pages one after the other ends with the same contacts as the table.
 *
 * Nothing is shown while a transaction that still runs can put something in front of it. A cursor of before a restore from a
 * backup begins anew, with `reset`: what was deleted by going back to the backup is in no feed.
 * @throws Refused missing_scope, invalid (a cursor that this server did not make)
 */
export async function listContactChanges(
  deps: Deps,
  scope: TenantScope,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<ContactChangePage> {
  requireScope(scope, "contacts:read");
  const given = cursor === undefined ? null : decodeCursor(cursor, ChangeCursor);
  // Asked for in front of the page: whoever runs now is behind it.
  const horizon = await feedHorizon(deps.sql);
  const from = given !== null && leadsOn(given, horizon) ? given[2] : null;

  const stretch = { from, until: horizon, limit };
  const [contacts, tombstones] = await Promise.all([
    feedPage(deps.sql, scope.tenantId, { ...stretch, filter: {}, since: null, offset: 0 }),
    tombstonePage(deps.sql, scope.tenantId, stretch),
  ]);
  const found = [
    ...contacts.map((contact) => ({ place: placed(contact), change: changeOf(contact) })),
    ...tombstones.map(({ deletedAt: at, ...fed }) => {
      return { place: placed(fed), change: { type: "deleted" as const, id: fed.id, at } };
    }),
  ].sort((a, b) => comparePlaces(a.place, b.place));
  const hasMore = found.length > limit;
  const page = found.slice(0, limit);
  const end = hasMore ? page.at(-1)!.place : horizon;
  return {
    changes: page.map(({ change }) => change),
    cursor: encodeCursor(["changes", horizon.epoch, placeOf(end)]),
    hasMore,
    reset: from === null,
  };
}

/** Whether the data is still the one of which the cursor was given out: a place that is still to come is another database's. */
function leadsOn([, epoch, place]: z.infer<typeof ChangeCursor>, horizon: FeedPosition): boolean {
  return epoch === horizon.epoch && comparePlaces(place, horizon) <= 0;
}

function placed(row: { feedEpoch: number; feedXid: string; id: string }): FeedPosition {
  return { epoch: row.feedEpoch, xid: row.feedXid, id: row.id };
}
