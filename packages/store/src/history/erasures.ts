import type { Erased, Erasure } from "@roster/domain/history/erasure.ts";
import type { Db, Tx } from "../open.ts";

const columns = (sql: Db) => sql`id, job_id, requested_at, finished_at, removed`;

/**
 * The erasure job of a tenant that nobody has taken up yet, and nobody will until the transaction ends: what is added to it now
 * is part of its work.
 */
export async function lockWaitingErasureJob(tx: Tx, tenantId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    select id from jobs
    where tenant_id = ${tenantId} and kind = 'erasure' and state = 'queued' and finished_at is null
    order by id limit 1 for update skip locked`;
  return row?.id ?? null;
}

export async function insertErasure(
  tx: Tx,
  tenantId: string,
  erasure: { id: string; jobId: string; email: string; removed: Erased },
): Promise<Erasure> {
  const [row] = await tx<Erasure[]>`
    insert into erasures (tenant_id, id, job_id, email, removed)
    values (${tenantId}, ${erasure.id}, ${erasure.jobId}, ${erasure.email}, ${tx.json(erasure.removed)})
    returning ${columns(tx)}`;
  return row!;
}

export async function erasureById(sql: Db, tenantId: string, id: string): Promise<Erasure | null> {
  const [row] = await sql<Erasure[]>`
    select ${columns(sql)} from erasures where tenant_id = ${tenantId} and id = ${id}`;
  return row ?? null;
}

/** A page of erasures, newest first; one more than `limit` where there are more. */
export async function erasurePage(
  sql: Db,
  tenantId: string,
  { limit, beforeId }: { limit: number; beforeId?: string | undefined },
): Promise<Erasure[]> {
  return sql<Erasure[]>`
    select ${columns(sql)} from erasures
    where tenant_id = ${tenantId} ${beforeId === undefined ? sql`` : sql`and id < ${beforeId}`}
    order by id desc limit ${limit + 1}`;
}

/** An address whose copies a job is looking for. */
export type PendingErasure = { id: string; email: string; requestedAt: Date };

export async function pendingErasures(sql: Db, tenantId: string, jobId: string): Promise<PendingErasure[]> {
  return sql<PendingErasure[]>`
    select id, email, requested_at from erasures
    where tenant_id = ${tenantId} and job_id = ${jobId} and finished_at is null order by id`;
}

/** Adds to what was removed. @param added by the erasure's id */
export async function addRemoved(
  tx: Tx,
  tenantId: string,
  added: ReadonlyMap<string, Partial<Erased>>,
): Promise<void> {
  for (const [id, counts] of added) {
    await tx`
      update erasures set removed = removed || (
        select jsonb_object_agg(key, coalesce((removed ->> key)::int8, 0) + value::int8)
        from jsonb_each_text(${tx.json(counts)}::jsonb)
      ) where tenant_id = ${tenantId} and id = ${id}`;
  }
}

/** Forgets the addresses of a job's erasures: every copy is gone. */
export async function finishErasures(tx: Tx, tenantId: string, jobId: string): Promise<void> {
  await tx`
    update erasures set email = null, finished_at = now()
    where tenant_id = ${tenantId} and job_id = ${jobId} and finished_at is null`;
}

/** Tenants of whom people were erased since their search index was made. */
export async function tenantsWithErasedInSearch(sql: Db): Promise<string[]> {
  const rows = await sql<{ tenantId: string }[]>`select distinct tenant_id from erasures where in_search`;
  return rows.map(({ tenantId }) => tenantId);
}

/** Says that the index that is made next has nobody of those who are erased by now. */
export async function leaveSearch(tx: Tx, tenantId: string): Promise<void> {
  await tx`update erasures set in_search = false where tenant_id = ${tenantId} and in_search`;
}
