import type { FeedPosition } from "@roster/store/contacts/contact-feed.ts";
import { z } from "zod";

/** A place in the feed as a cursor holds it. */
export const Position = z
  .tuple([z.int32().min(0), z.string().regex(/^\d{1,19}$/), z.uuid().nullable()])
  .transform(([epoch, xid, id]): FeedPosition => ({ epoch, xid, id }));

/** What `Position` reads. */
export function placeOf({ epoch, xid, id }: FeedPosition) {
  return [epoch, xid, id];
}

/** The order of the feed: below 0 where `a` stands in front of `b`. */
export function comparePlaces(a: FeedPosition, b: FeedPosition): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  const xids = BigInt(a.xid) - BigInt(b.xid);
  if (xids !== 0n) return xids < 0n ? -1 : 1;
  const [idA, idB] = [a.id ?? "", b.id ?? ""];
  return idA < idB ? -1 : idA > idB ? 1 : 0;
}
