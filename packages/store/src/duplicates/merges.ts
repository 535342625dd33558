import type { Db, Sql, Tx } from "../open.ts";

/** A merge as it is kept. `contactId` is whose history it is now. */
export type StoredMerge = {
  id: string;
  keptId: string;
  contactId: string;
  createdAt: Date;
  undoneAt: Date | null;
  /** Who was merged, in order; without an address where what they were is not kept any more. */
  merged: { id: string; email: string | null }[];
  /** Whether what the kept one was is still known. */
  imaged: boolean;
};

const columns = (sql: Db) => sql`
  g.id, g.kept_id, g.contact_id, g.created_at, g.undone_at,
  (select coalesce(jsonb_agg(jsonb_build_object('id', m.merged_id, 'email', m.image -> 'contact' ->> 'email') order by m.n), '[]')
    from merged_contacts m where m.tenant_id = g.tenant_id and m.merge_id = g.id and m.n > 0) as merged,
  exists (select from merged_contacts m
    where m.tenant_id = g.tenant_id and m.merge_id = g.id and m.n = 0 and m.image is not null) as imaged`;

export async function insertMerge(
  tx: Tx,
  tenantId: string,
  { id, keptId, createdBy }: Pick<StoredMerge, "id" | "keptId"> & { createdBy: string | null },
): Promise<void> {
  await tx`
    insert into contact_merges (tenant_id, id, kept_id, contact_id, created_by)
    values (${tenantId}, ${id}, ${keptId}, ${keptId}, ${createdBy})`;
}

export async function mergeById(sql: Db, tenantId: string, id: string): Promise<StoredMerge | null> {
  const [row] = await sql<StoredMerge[]>`
    select ${columns(sql)} from contact_merges g where g.tenant_id = ${tenantId} and g.id = ${id}`;
  return row ?? null;
}

/** A page of merges, newest first; one more than `limit` where there are more. */
export async function mergePage(
  sql: Db,
  tenantId: string,
  { limit, beforeId }: { limit: number; beforeId: string | null },
): Promise<StoredMerge[]> {
  return sql<StoredMerge[]>`
    select ${columns(sql)} from contact_merges g
    where g.tenant_id = ${tenantId} ${beforeId === null ? sql`` : sql`and g.id < ${beforeId}`}
    order by g.id desc limit ${limit + 1}`;
}

/**
 * The merge that has to be undone before this one: a later one into the same contact, or the one by which that contact was
 * merged itself.
 */
export async function mergeInTheWay(sql: Db, tenantId: string, id: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select g.id from contact_merges this
    join contact_merges g on g.tenant_id = ${tenantId} and g.contact_id = this.contact_id and g.id <> this.id
    where this.tenant_id = ${tenantId} and this.id = ${id}
      and g.undone_at is null and g.created_at > this.created_at
      and (g.kept_id = this.kept_id or exists (
        select from merged_contacts m
        where m.tenant_id = ${tenantId} and m.merge_id = g.id and m.n > 0 and m.merged_id = this.kept_id))
    order by g.created_at desc limit 1`;
  return row?.id ?? null;
}

/** Says that a merge was undone, and forgets what it kept for that. */
export async function markMergeUndone(
  tx: Tx,
  tenantId: string,
  id: string,
  undoneBy: string | null,
): Promise<void> {
  await tx`
    update contact_merges set undone_at = now(), undone_by = ${undoneBy}
    where tenant_id = ${tenantId} and id = ${id}`;
  await tx`update merged_contacts set image = null where tenant_id = ${tenantId} and merge_id = ${id}`;
}

/** Gives the merges of contacts to the one into which those are being merged. What each had, its image tells. */
export async function passOnMerges(
  tx: Tx,
  tenantId: string,
  from: readonly string[],
  to: string,
): Promise<void> {
  for (const table of ["contact_merges", "merged_contacts"]) {
    await tx`
      update ${tx(table)} set contact_id = ${to}
      where tenant_id = ${tenantId} and contact_id = any(${from as string[]}::uuid[])`;
  }
}

/**
 * Forgets the merges of contacts that are being deleted, with all that they keep of a person; and of a merge that was undone, that
 * they took part in it. Of one that stands, who was merged is gone already.
 */
export async function dropMerges(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<void> {
  for (const table of ["contact_merges", "merged_contacts"]) {
    await tx`
      delete from ${tx(table)} t using unnest(${contactIds as string[]}::uuid[]) as k (id)
      where t.tenant_id = ${tenantId} and t.contact_id = k.id`;
  }
  await tx`
    delete from merged_contacts m using unnest(${contactIds as string[]}::uuid[]) as k (id)
    where m.tenant_id = ${tenantId} and m.merged_id = k.id and m.image is null`;
}

/** Forgets what contacts were before they were merged more than `keepDays` ago: that they were merged stays. @returns how many merges */
export async function expireMerges(sql: Sql, keepDays: number): Promise<number> {
  const expired = await sql<{ merges: number }[]>`
    with gone as (
      update merged_contacts m set image = null from contact_merges g
      where g.undone_at is null and g.created_at < now() - ${keepDays} * interval '1 day'
        and m.tenant_id = g.tenant_id and m.merge_id = g.id and m.image is not null
      returning m.tenant_id, m.merge_id
    )
    select count(distinct (tenant_id, merge_id)) as merges from gone`;
  return expired[0]!.merges;
}
