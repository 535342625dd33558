import type { Segment } from "@roster/domain/segments/segment.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import type { Db, Tx } from "../open.ts";

const columns = (sql: Db) =>
  sql`s.id, s.name, s.filter, s.contact_count, s.counted_at, s.created_at, s.updated_at`;

/**
 * Holds the segments of a tenant until the transaction ends: what they may use depends on all of them. The name is a number
 * of its own beside the tenant's, as of every such lock.
 */
export async function lockSegments(tx: Tx, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 9))`;
}

/** A page of a tenant's segments, the newest first; one more than `limit` where there are more. */
export async function segmentPage(
  sql: Db,
  tenantId: string,
  { limit, beforeId }: { limit: number; beforeId: string | undefined },
): Promise<Segment[]> {
  return sql<Segment[]>`
    select ${columns(sql)} from segments s
    where s.tenant_id = ${tenantId} ${beforeId === undefined ? sql`` : sql`and s.id < ${beforeId}`}
    order by s.id desc limit ${limit + 1}`;
}

/** One segment by its id, or null. */
export async function segmentById(sql: Db, tenantId: string, id: string): Promise<Segment | null> {
  const [row] = await sql<Segment[]>`
    select ${columns(sql)} from segments s where s.tenant_id = ${tenantId} and s.id = ${id}`;
  return row ?? null;
}

export type NamedFilter = { id: string; name: string; filter: SegmentFilter };

/** All segments of a tenant, by what they ask. */
export async function allSegments(sql: Db, tenantId: string): Promise<NamedFilter[]> {
  return sql<NamedFilter[]>`select id, name, filter from segments where tenant_id = ${tenantId}`;
}

/** These segments and all that they use, directly or through others. */
export async function reachableSegments(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
): Promise<NamedFilter[]> {
  return sql<NamedFilter[]>`
    with recursive reached (id) as (
      select unnest(${ids as string[]}::uuid[])
      union
      select u.used_id from reached r join segment_uses u on u.tenant_id = ${tenantId} and u.segment_id = r.id
    )
    select s.id, s.name, s.filter from reached r join segments s on s.tenant_id = ${tenantId} and s.id = r.id`;
}

/** The names of the segments that use another one by themselves. */
export async function segmentUsers(sql: Db, tenantId: string, id: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select s.name from segment_uses u join segments s on s.tenant_id = u.tenant_id and s.id = u.segment_id
    where u.tenant_id = ${tenantId} and u.used_id = ${id} order by s.name`;
  return rows.map(({ name }) => name);
}

export async function insertSegment(
  tx: Tx,
  tenantId: string,
  { id, name, filter }: NamedFilter,
): Promise<Segment> {
  const [row] = await tx<Segment[]>`
    insert into segments as s (tenant_id, id, name, filter)
    values (${tenantId}, ${id}, ${name}, ${tx.json(filter as never)})
    returning ${columns(tx)}`;
  return row!;
}

/** Rewrites a segment that is there. Its count is that of what it asked before: it goes with a new filter. */
export async function updateSegment(
  tx: Tx,
  tenantId: string,
  { id, name, filter }: NamedFilter,
): Promise<Segment> {
  const [row] = await tx<Segment[]>`
    update segments s set name = ${name}, filter = ${tx.json(filter as never)}, updated_at = now(),
      contact_count = case when s.filter = ${tx.json(filter as never)} then s.contact_count end,
      counted_at = case when s.filter = ${tx.json(filter as never)} then s.counted_at end
    where s.tenant_id = ${tenantId} and s.id = ${id}
    returning ${columns(tx)}`;
  return row!;
}

/** Says anew which segments one uses by itself. */
export async function setSegmentUses(
  tx: Tx,
  tenantId: string,
  id: string,
  usedIds: readonly string[],
): Promise<void> {
  await tx`delete from segment_uses where tenant_id = ${tenantId} and segment_id = ${id}`;
  await tx`
    insert into segment_uses (tenant_id, segment_id, used_id)
    select ${tenantId}, ${id}, unnest(${usedIds as string[]}::uuid[])`;
}

/** Keeps how many contacts are in a segment. @returns null where it was deleted meanwhile */
export async function setSegmentCount(
  sql: Db,
  tenantId: string,
  { id, filter, count }: { id: string; filter: SegmentFilter; count: number },
): Promise<Segment | null> {
  const [row] = await sql<Segment[]>`
    update segments s set contact_count = ${count}, counted_at = now()
    where s.tenant_id = ${tenantId} and s.id = ${id} and s.filter = ${sql.json(filter as never)}
    returning ${columns(sql)}`;
  return row ?? null;
}

/** @returns whether it was there */
export async function deleteSegment(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const gone = await tx`delete from segments where tenant_id = ${tenantId} and id = ${id}`;
  return gone.count > 0;
}
