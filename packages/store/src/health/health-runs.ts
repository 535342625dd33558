import type { HealthCounts } from "@roster/domain/health/health-count.ts";
import type { HealthRules } from "@roster/domain/health/list-health.ts";
import type { Db, Sql, Tx } from "../open.ts";

/** A health run. What it found is there only once it is finished. */
export type HealthRun = {
  /** Its job's id. */
  id: string;
  startedAt: Date;
  finishedAt: Date | null;
  rules: HealthRules;
  /** Whether domains were asked for their mail servers. */
  dns: boolean;
  counts: HealthCounts | null;
  /** 0–100 */
  score: number | null;
  /** Whether the contacts that it found can still be listed. */
  findingsKept: boolean;
};

export type FinishedHealthRun = HealthRun & { finishedAt: Date; counts: HealthCounts; score: number };

const columns = (sql: Db) => sql`id, started_at, finished_at, rules, dns, counts, score, findings_kept`;

/** Writes down what a run goes by, once: later slices get what the first one wrote. */
export async function beginHealthRun(
  sql: Db,
  tenantId: string,
  run: Pick<HealthRun, "id" | "startedAt" | "rules" | "dns">,
): Promise<HealthRun> {
  const [begun] = await sql<HealthRun[]>`
    insert into health_runs (tenant_id, id, started_at, rules, dns)
    values (${tenantId}, ${run.id}, ${run.startedAt}, ${sql.json(run.rules)}, ${run.dns})
    on conflict (tenant_id, id) do update set id = excluded.id
    returning ${columns(sql)}`;
  return begun!;
}

export async function finishHealthRun(
  tx: Tx,
  tenantId: string,
  id: string,
  { counts, score }: Pick<FinishedHealthRun, "counts" | "score">,
): Promise<void> {
  await tx`
    update health_runs set finished_at = now(), counts = ${tx.json(counts as never)}, score = ${score}
    where tenant_id = ${tenantId} and id = ${id}`;
}

/** The run that was begun last of those that are finished; null where there is none. */
export async function latestHealthRun(sql: Db, tenantId: string): Promise<FinishedHealthRun | null> {
  const [run] = await healthRunPage(sql, tenantId, { limit: 0 });
  return run ?? null;
}

export async function healthRunById(
  sql: Db,
  tenantId: string,
  id: string,
): Promise<FinishedHealthRun | null> {
  const [run] = await sql<FinishedHealthRun[]>`
    select ${columns(sql)} from health_runs
    where tenant_id = ${tenantId} and id = ${id} and finished_at is not null`;
  return run ?? null;
}

/** A page of finished runs, newest first; one more than `limit` where there are more. */
export async function healthRunPage(
  sql: Db,
  tenantId: string,
  { limit, beforeId }: { limit: number; beforeId?: string | undefined },
): Promise<FinishedHealthRun[]> {
  return sql<FinishedHealthRun[]>`
    select ${columns(sql)} from health_runs
    where tenant_id = ${tenantId} and finished_at is not null
      ${beforeId === undefined ? sql`` : sql`and id < ${beforeId}`}
    order by id desc limit ${limit + 1}`;
}

/**
 * Removes what nobody will ask for: the findings of all but the newest finished runs, everything of runs whose job was
 * stopped, runs that are too many, and findings of contacts that were deleted while a run was writing.
 * @param keep how many finished runs of a tenant keep their findings, and how many there are at all
 * @returns findings that were removed
 */
export async function sweepHealthRuns(sql: Sql, keep: { findings: number; runs: number }): Promise<number> {
  // Numbered among the finished ones alone: a run that was stopped must not push out one that came to its end.
  const stale = await sql<{ tenantId: string; id: string; stopped: boolean; old: boolean }[]>`
    select tenant_id, id, stopped, n > ${keep.runs} as old from (
      select r.tenant_id, r.id, r.findings_kept, r.finished_at is null and j.finished_at is not null as stopped,
        r.finished_at, row_number() over (partition by r.tenant_id, r.finished_at is null order by r.id desc) as n
      from health_runs r left join jobs j on j.tenant_id = r.tenant_id and j.id = r.id
    ) r
    where stopped or (finished_at is not null and (n > ${keep.runs} or findings_kept and n > ${keep.findings}))`;
  let removed = 0;
  for (const { tenantId, id, stopped, old } of stale) {
    removed += await sql.begin(async (tx) => {
      const gone = await tx`delete from health_findings where tenant_id = ${tenantId} and run_id = ${id}`;
      if (stopped || old) await tx`delete from health_runs where tenant_id = ${tenantId} and id = ${id}`;
      else
        await tx`update health_runs set findings_kept = false where tenant_id = ${tenantId} and id = ${id}`;
      return gone.count;
    });
  }
  const orphaned = await sql`
    delete from health_findings f using health_runs r
    where r.finished_at > now() - interval '1 day' and f.tenant_id = r.tenant_id and f.run_id = r.id
      and not exists (select from contacts c where c.tenant_id = f.tenant_id and c.id = f.contact_id)`;
  return removed + orphaned.count;
}
