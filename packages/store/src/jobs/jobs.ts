import type { CounterName, Report } from "@roster/domain/imports/import-report.ts";
import type { JobError, JobKind, JobState } from "@roster/domain/jobs/job.ts";
import type { Db, Tx } from "../open.ts";

/** A job as the store keeps it. `options` and `shape` belong to the kind of job. */
export type Job = {
  tenantId: string;
  id: string;
  kind: JobKind;
  state: JobState;
  options: unknown;
  uploadId: string | null;
  /** Whether the file is still there. */
  uploadKept: boolean;
  shape: unknown;
  checkpoint: unknown;
  undoable: boolean;
  /** Whether the rows that failed are still there. */
  reportKept: boolean;
  undoneBy: string | null;
  bytesTotal: number | null;
  bytesDone: number;
  rowsDone: number;
  rowsTotal: number | null;
  /** What an import under a plan with a limit is still to create; null until it is counted. */
  room: number | null;
  duplicateChanged: number;
  reasons: Report["reasons"];
  error: JobError | null;
  cancelRequested: boolean;
  epoch: number;
  attempts: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
} & Record<CounterName, number>;

/** The lease of whoever works on a job: writes go through only while the epoch is still the job's. */
export type Lease = { tenantId: string; jobId: string; epoch: number };

/** Somebody else has taken the job up: whatever this holder wrote must be rolled back. */
export class Fenced extends Error {}

/** The queue's task for every kind of job. */
export const taskName = "run-job";

const columns = (sql: Db) => sql`
  tenant_id, id, kind, state, options, upload_id, shape, checkpoint, undoable, report_kept, undone_by, bytes_total, bytes_done, rows_done, rows_total, room, created,
  updated, unchanged, duplicate, duplicate_changed, skipped, failed, deleted, reasons, error, cancel_requested, epoch,
  attempts, created_at, started_at, finished_at,
  exists (select from uploads u where u.tenant_id = jobs.tenant_id and u.id = jobs.upload_id) as upload_kept`;

export async function insertJob(
  tx: Tx,
  job: {
    tenantId: string;
    id: string;
    kind: JobKind;
    options: object;
    uploadId: string | null;
    bytesTotal: number | null;
    rowsTotal?: number | null;
    /** Whether it keeps before-images. */
    undoable: boolean;
    createdBy: string | null;
  },
): Promise<void> {
  await tx`
    insert into jobs (tenant_id, id, kind, options, upload_id, bytes_total, rows_total, undoable, created_by)
    values (${job.tenantId}, ${job.id}, ${job.kind}, ${tx.json(job.options as never)}, ${job.uploadId},
      ${job.bytesTotal}, ${job.rowsTotal ?? null},
      ${job.undoable}, ${job.createdBy})`;
  await enqueueJob(tx, job.tenantId, job.id);
}

/**
 * Puts a job into the queue, once: the same job waiting there already is kept. Call it in the transaction that makes it
 * true. One queue slot holds one slice of work, so a small job never waits for a large one to end.
 */
export async function enqueueJob(sql: Db, tenantId: string, jobId: string, inSeconds = 0): Promise<void> {
  await sql`
    select graphile_worker.add_job(${taskName}, ${sql.json({ tenantId, jobId })}::json,
      job_key => ${jobId}, max_attempts => 3, run_at => now() + ${inSeconds} * interval '1 second')`;
}

/** Whether the queue holds work that could begin and that nobody has taken. */
export async function jobsWait(sql: Db): Promise<boolean> {
  const [row] = await sql<{ wait: boolean }[]>`
    select exists (
      select from graphile_worker.jobs where locked_at is null and run_at <= now() and attempts < max_attempts
    ) as wait`;
  return row!.wait;
}

export async function jobById(sql: Db, tenantId: string, jobId: string): Promise<Job | null> {
  const [row] = await sql<
    Job[]
  >`select ${columns(sql)} from jobs where tenant_id = ${tenantId} and id = ${jobId}`;
  return row ?? null;
}

/** A page of jobs, newest first; one more than `limit` where there are more. */
export async function jobPage(
  sql: Db,
  tenantId: string,
  page: { limit: number; beforeId?: string | undefined; kind?: JobKind | undefined },
): Promise<Job[]> {
  return sql<Job[]>`
    select ${columns(sql)} from jobs
    where tenant_id = ${tenantId}
      ${page.beforeId === undefined ? sql`` : sql`and id < ${page.beforeId}`}
      ${page.kind === undefined ? sql`` : sql`and kind = ${page.kind}`}
    order by id desc limit ${page.limit + 1}`;
}

/** Takes a job up: raises its epoch, so that a former holder's writes are refused from now on. Null if it has ended. */
export async function takeJob(sql: Db, tenantId: string, jobId: string): Promise<Job | null> {
  const [row] = await sql<Job[]>`
    update jobs set epoch = epoch + 1, attempts = attempts + 1, state = 'running', heartbeat_at = now(),
      started_at = coalesce(started_at, now())
    where tenant_id = ${tenantId} and id = ${jobId} and state in ('queued', 'running')
    returning ${columns(sql)}`;
  return row ?? null;
}

/** Says that the holder still works. @returns whether it still holds the job, and whether somebody asked it to stop */
export async function beat(sql: Db, lease: Lease): Promise<{ held: boolean; cancelRequested: boolean }> {
  const [row] = await sql<{ cancelRequested: boolean }[]>`
    update jobs set heartbeat_at = now()
    where tenant_id = ${lease.tenantId} and id = ${lease.jobId} and epoch = ${lease.epoch} and state = 'running'
    returning cancel_requested`;
  return { held: row !== undefined, cancelRequested: row?.cancelRequested ?? false };
}

/** Keeps what detection found, under the fence. */
export async function saveShape(sql: Db, lease: Lease, shape: object): Promise<void> {
  const saved = await sql`
    update jobs set shape = ${sql.json(shape as never)}, heartbeat_at = now()
    where tenant_id = ${lease.tenantId} and id = ${lease.jobId} and epoch = ${lease.epoch} and state = 'running'`;
  if (saved.count === 0) throw new Fenced();
}

/** `checkpoint`: where a job without a file goes on; left out, it stays. */
export type JobProgress = { report: Report; rows: number; bytesDone: number; checkpoint?: object };

/**
 * Adds a batch's figures to its job: progress, heartbeat and fence in one. The last statement of a batch's transaction,
 * because batches of one job meet on this row.
 * @returns whether somebody asked the job to stop, and how many rows have failed by now
 * @throws Fenced when somebody else holds the job, or it was ended
 */
export async function addProgress(
  tx: Tx,
  lease: Lease,
  { report, rows, bytesDone, checkpoint }: JobProgress,
): Promise<{ cancelRequested: boolean; failed: number }> {
  const { counters, reasons } = report;
  const kept = Object.keys(reasons).length > 0;
  const [done] = await tx<{ cancelRequested: boolean; failed: number }[]>`
    update jobs set
      rows_done = rows_done + ${rows}, bytes_done = greatest(bytes_done, ${bytesDone}::int8),
      created = created + ${counters.created}, updated = updated + ${counters.updated},
      unchanged = unchanged + ${counters.unchanged}, duplicate = duplicate + ${counters.duplicate},
      duplicate_changed = duplicate_changed + ${report.duplicateChanged},
      skipped = skipped + ${counters.skipped}, failed = failed + ${counters.failed},
      deleted = deleted + ${counters.deleted}, room = room - least(room, ${counters.created}::int8),
      heartbeat_at = now(), attempts = 0
      ${checkpoint === undefined ? tx`` : tx`, checkpoint = ${tx.json(checkpoint as never)}`}
      ${
        kept
          ? tx`, reasons = (
              select jsonb_object_agg(key, coalesce((jobs.reasons ->> key)::int8, 0) + coalesce((added ->> key)::int8, 0))
              from (select ${tx.json(reasons as never)}::jsonb as added) a,
                lateral (select jsonb_object_keys(jobs.reasons || added) as key) keys
            )`
          : tx``
      }
    where tenant_id = ${lease.tenantId} and id = ${lease.jobId} and epoch = ${lease.epoch} and state = 'running'
    returning cancel_requested, failed`;
  if (done === undefined) throw new Fenced();
  await notifyJob(tx, lease.tenantId, lease.jobId);
  return done;
}

/** Ends a job under the fence. A completed one forgets where it was: a checkpoint may hold a contact's id, or an address. */
export async function finishJob(
  tx: Tx,
  lease: Lease,
  end: { state: "completed" | "failed" | "cancelled"; error: JobError | null },
): Promise<void> {
  const done = await tx`
    update jobs set state = ${end.state}, error = ${end.error === null ? null : tx.json(end.error as never)},
      finished_at = now(), heartbeat_at = now(),
      rows_total = case when ${end.state} = 'completed' then rows_done else rows_total end,
      checkpoint = case when ${end.state} = 'completed' then null else checkpoint end,
      bytes_done = case when ${end.state} = 'completed' then coalesce(bytes_total, bytes_done) else bytes_done end
    where tenant_id = ${lease.tenantId} and id = ${lease.jobId} and epoch = ${lease.epoch} and state = 'running'`;
  if (done.count === 0) throw new Fenced();
  await feedJobEnd(tx, lease.tenantId, lease.jobId);
  await notifyJob(tx, lease.tenantId, lease.jobId);
}

/** Puts a job's end at the end of the feed, for whoever is told of it. */
async function feedJobEnd(tx: Tx, tenantId: string, jobId: string): Promise<void> {
  await tx`
    insert into job_ends (tenant_id, job_id) values (${tenantId}, ${jobId})
    on conflict (tenant_id, job_id) do update
    set feed_epoch = default, feed_xid = pg_current_xact_id(), at = now()`;
}

/** Asks for a stop: a queued job ends at once, a running one within a batch. @returns null when it has ended already */
export async function requestCancel(tx: Tx, tenantId: string, jobId: string): Promise<Job | null> {
  const [row] = await tx<Job[]>`
    update jobs set cancel_requested = true,
      state = case when state = 'queued' then 'cancelled' else state end,
      finished_at = case when state = 'queued' then now() else finished_at end
    where tenant_id = ${tenantId} and id = ${jobId} and state in ('queued', 'running')
    returning ${columns(tx)}`;
  if (row === undefined) return null;
  if (row.finishedAt !== null) await feedJobEnd(tx, tenantId, jobId);
  await notifyJob(tx, tenantId, jobId);
  return row;
}

/**
 * Puts an ended job back into the queue, to go on from its checkpoint. What it counted stays.
 * @param options those it goes on with
 * @returns null when it is not, or no longer, failed or cancelled, or was undone
 */
export async function requeueEnded(
  tx: Tx,
  tenantId: string,
  jobId: string,
  options: object,
): Promise<Job | null> {
  const [row] = await tx<Job[]>`
    update jobs set state = 'queued', options = ${tx.json(options as never)}, error = null, cancel_requested = false,
      room = null, finished_at = null, heartbeat_at = null, attempts = 0
    where tenant_id = ${tenantId} and id = ${jobId} and state in ('failed', 'cancelled') and undone_by is null
    returning ${columns(tx)}`;
  if (row === undefined) return null;
  await enqueueJob(tx, tenantId, jobId);
  await notifyJob(tx, tenantId, jobId);
  return row;
}

/** The channel on which every change of a job is told, as `tenantId jobId`. */
export const jobChannel = "roster_job";

async function notifyJob(sql: Db, tenantId: string, jobId: string): Promise<void> {
  await sql`select pg_notify(${jobChannel}, ${`${tenantId} ${jobId}`})`;
}

/**
 * Puts jobs back into the queue whose holder has not been heard of for `leaseSeconds`: it died, or sleeps. If it wakes
 * up, the fence refuses its writes.
 */
export async function requeueStaleJobs(sql: Db, leaseSeconds: number): Promise<number> {
  const stale = await sql<{ tenantId: string; id: string }[]>`
    select tenant_id, id from jobs
    where state = 'running' and heartbeat_at < now() - ${leaseSeconds} * interval '1 second'`;
  for (const { tenantId, id } of stale) await enqueueJob(sql, tenantId, id);
  return stale.length;
}
