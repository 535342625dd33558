import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import type { FeedEntry } from "@roster/domain/webhooks/webhook-event.ts";
import { type FeedPosition, inStretch } from "../contacts/contact-feed.ts";
import { storedContactColumns } from "../contacts/contact-row.ts";
import type { Db } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";

export type PlacedEntry = FeedEntry & { place: FeedPosition };

type EntryRow = {
  kind: FeedEntry["kind"];
  id: string;
  feedEpoch: number;
  feedXid: string;
  version: number | null;
  byImport: boolean | null;
  job: string | null;
  end: string | null;
};

/**
 * The entries of the feed between two places, in its order, at most `limit`: contacts, deletions of contacts, and the ends of
 * jobs. Each stands there once, at its latest; what has moved on since is not there any more.
 */
export async function feedEntries(
  sql: Db,
  tenantId: string,
  { limit, ...stretch }: { from: FeedPosition; until: FeedPosition; limit: number },
): Promise<PlacedEntry[]> {
  const rows = await sql<EntryRow[]>`
    select e.kind, e.id, e.feed_epoch, e.feed_xid::text as feed_xid, e.version, e.by_import, e.job, e."end" from (
      (
        select 'contact' as kind, p.id, p.feed_epoch, p.feed_xid, p.version, i.job_id is not null as by_import,
          null as job, null as "end"
        from (
          select c.id, c.version, c.feed_epoch, c.feed_xid from contacts c
          where c.tenant_id = ${tenantId} ${inStretch(sql, sql`c.id`, stretch)}
          order by c.feed_epoch, c.feed_xid, c.id limit ${limit}
        ) p
        left join import_transactions i
          on i.tenant_id = ${tenantId} and i.feed_epoch = p.feed_epoch and i.feed_xid = p.feed_xid
      ) union all (
        select 'deletion', c.contact_id, c.feed_epoch, c.feed_xid, null, null, null, null from contact_tombstones c
        where c.tenant_id = ${tenantId} ${inStretch(sql, sql`c.contact_id`, stretch)}
          and not exists (select from contacts k where k.tenant_id = ${tenantId} and k.id = c.contact_id)
        order by c.feed_epoch, c.feed_xid, c.contact_id limit ${limit}
      ) union all (
        select 'job', c.job_id, c.feed_epoch, c.feed_xid, null, null, j.kind, j.state
        from job_ends c join jobs j on j.tenant_id = ${tenantId} and j.id = c.job_id and j.finished_at is not null
        where c.tenant_id = ${tenantId} ${inStretch(sql, sql`c.job_id`, stretch)}
        order by c.feed_epoch, c.feed_xid, c.job_id limit ${limit}
      )
    ) e order by e.feed_epoch, e.feed_xid, e.id limit ${limit}`;
  return rows.map(({ feedEpoch: epoch, feedXid: xid, ...row }) => {
    return { ...row, place: { epoch, xid, id: row.id } } as PlacedEntry;
  });
}

/** These contacts as they are. */
export async function fedContacts(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, StoredContact>> {
  const contacts = await sql<StoredContact[]>`
    select ${storedContactColumns(sql)}
    from unnest(${arrayLiteral(ids)}::uuid[]) as k (id) join contacts c on c.tenant_id = ${tenantId} and c.id = k.id`;
  return new Map(contacts.map((contact) => [contact.id, contact]));
}

/** When these contacts were deleted. */
export async function deletionTimes(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await sql<{ id: string; at: Date }[]>`
    select c.contact_id as id, c.deleted_at as at
    from unnest(${arrayLiteral(ids)}::uuid[]) as k (id)
    join contact_tombstones c on c.tenant_id = ${tenantId} and c.contact_id = k.id`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}
