import type { Db } from "../open.ts";
import { type FeedPosition, inStretch } from "./contact-feed.ts";

/** A contact that was deleted, at the place of its deletion in the feed. */
export type FedTombstone = { id: string; deletedAt: Date; feedEpoch: number; feedXid: string };

/**
 * A page of the deletions in the feed; one more than `limit` where there are more. A contact that is there again under the same
 * id is not deleted.
 */
export async function tombstonePage(
  sql: Db,
  tenantId: string,
  { limit, ...stretch }: { from: FeedPosition | null; until: FeedPosition; limit: number },
): Promise<FedTombstone[]> {
  return sql<FedTombstone[]>`
    select c.contact_id as id, c.deleted_at, c.feed_epoch, c.feed_xid::text as feed_xid from contact_tombstones c
    where c.tenant_id = ${tenantId} ${inStretch(sql, sql`c.contact_id`, stretch)}
      and not exists (select from contacts k where k.tenant_id = ${tenantId} and k.id = c.contact_id)
    order by c.feed_epoch, c.feed_xid, c.contact_id
    limit ${limit + 1}`;
}
