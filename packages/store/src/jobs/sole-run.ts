import type { JobKind } from "@roster/domain/jobs/job.ts";
import type { Db, Tx } from "../open.ts";

/** Jobs that look through all contacts of a tenant, of which it has one of a kind at a time. */
export type SoleRunKind = Extract<JobKind, "health" | "duplicates">;

/**
 * The run that has not ended and is not to be stopped; null if there is none. Held by a lock until the transaction ends, so
 * that two requests at once do not start two.
 */
export async function lockUnfinishedRun(
  tx: Tx,
  tenantId: string,
  kind: SoleRunKind,
): Promise<UnfinishedRun | null> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`${kind} ${tenantId}`}, 0))`;
  return unfinishedRun(tx, tenantId, kind);
}

export type UnfinishedRun = { jobId: string; status: "queued" | "running" };

/** The run that is queued or running; null if there is none. */
export async function unfinishedRun(
  sql: Db,
  tenantId: string,
  kind: SoleRunKind,
): Promise<UnfinishedRun | null> {
  const [run] = await sql<UnfinishedRun[]>`
    select id as job_id, state as status from jobs
    where tenant_id = ${tenantId} and finished_at is null and kind = ${kind} and not cancel_requested
    order by id desc limit 1`;
  return run ?? null;
}

/** The newest contact of a tenant; null where there is none. */
export async function newestContactId(sql: Db, tenantId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} order by id desc limit 1`;
  return row?.id ?? null;
}
