import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import { Fenced, type Lease } from "../jobs/jobs.ts";
import type { Db, Sql, Tx } from "../open.ts";

/** One batch in the ledger of an import. */
export type Batch = {
  batchNo: number;
  rows: number;
  /** The last record's place in the decoded file, and its row: reading goes on there, behind it. */
  lastByte: number;
  lastRow: number;
};

/**
 * Enters a batch: the exactly-once guard. First statement of the batch's transaction, which it also names as an import's.
 * @throws Fenced when the batch is there already, so somebody else has written it
 */
export async function insertBatch(
  tx: Tx,
  lease: Lease,
  batch: Batch,
  seen: Uint8Array | null,
): Promise<void> {
  const entered = await tx`
    with named as (
      insert into import_transactions (tenant_id, job_id) values (${lease.tenantId}, ${lease.jobId}) on conflict do nothing
    )
    insert into import_batches (tenant_id, job_id, batch_no, rows, last_byte, last_row, seen)
    values (${lease.tenantId}, ${lease.jobId}, ${batch.batchNo}, ${batch.rows}, ${batch.lastByte}, ${batch.lastRow},
      ${seen as Buffer | null})
    on conflict do nothing`;
  if (entered.count === 0) throw new Fenced();
}

/** The ledger of an import, in order. */
export async function batchesOf(sql: Db, tenantId: string, jobId: string): Promise<Batch[]> {
  return sql<Batch[]>`
    select batch_no, rows, last_byte, last_row from import_batches
    where tenant_id = ${tenantId} and job_id = ${jobId} order by batch_no`;
}

/** Batches of which the keys are read at a time. */
const pageSize = 50;

/** The keys of contacts that an import hit and left unchanged, in order, for those who take it up again. */
export async function* seenOf(sql: Db, tenantId: string, jobId: string): AsyncGenerator<Uint8Array> {
  // In pages and not by a cursor: a connection that is lost between two of them is of no consequence.
  let page: { batchNo: number; seen: Uint8Array }[];
  let after = -1;
  do {
    page = await sql<typeof page>`
      select batch_no, seen from import_batches
      where tenant_id = ${tenantId} and job_id = ${jobId} and seen is not null and batch_no > ${after}
      order by batch_no limit ${pageSize}`;
    for (const { batchNo, seen } of page) {
      yield seen;
      after = batchNo;
    }
  } while (page.length === pageSize);
}

/** One failed row with what stood there. */
export type Failure = {
  row: number;
  problem: RowProblem;
  email: string | null;
  /** The original cells of a delimited file, or ... */
  cells: readonly string[] | null;
  /** ... the original text of a JSON record. */
  raw: string | null;
};

export async function insertFailures(tx: Tx, lease: Lease, failures: readonly Failure[]): Promise<void> {
  if (failures.length === 0) return;
  const rows = failures.map(({ row, problem, email, cells, raw }) => ({
    tenant_id: lease.tenantId,
    job_id: lease.jobId,
    row,
    code: problem.code,
    field: problem.field,
    value: problem.value,
    message: problem.message,
    email: email === null ? null : storable(email),
    cells: cells === null ? null : cells.map(storable),
    raw: raw === null ? null : storable(raw),
  }));
  // Eleven parameters a row, and a statement takes 65,534.
  for (let at = 0; at < rows.length; at += 5000) {
    await tx`insert into job_failures ${tx(rows.slice(at, at + 5000))}`;
  }
}

/** NUL cannot be stored, and a lone surrogate is no UTF-8: both show as U+FFFD. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

export type StoredFailure = {
  row: number;
  code: string;
  field: string | null;
  value: string | null;
  message: string;
  email: string | null;
  cells: string[] | null;
  raw: string | null;
};

/** A page of failures in the order of the file; one more than `limit` where there are more. */
export async function failurePage(
  sql: Db,
  tenantId: string,
  jobId: string,
  page: { limit: number; afterRow?: number | undefined },
): Promise<StoredFailure[]> {
  return sql<StoredFailure[]>`
    select row, code, field, value, message, email, cells, raw from job_failures
    where tenant_id = ${tenantId} and job_id = ${jobId}
      ${page.afterRow === undefined ? sql`` : sql`and row > ${page.afterRow}`}
    order by row limit ${page.limit + 1}`;
}

/**
 * Removes the failed rows of jobs that ended more than `keepDays` ago: they hold what people sent.
 * @returns of how many jobs
 */
export async function expireReports(sql: Sql, keepDays: number): Promise<number> {
  const old = await sql<{ tenantId: string; id: string }[]>`
    select tenant_id, id from jobs
    where report_kept and failed > 0 and finished_at < now() - ${keepDays} * interval '1 day'`;
  let expired = 0;
  for (const { tenantId, id } of old) {
    await sql.begin(async (tx) => {
      // Ended still: a job that is tried again goes on with its report.
      const ended = await tx`
        update jobs set report_kept = false
        where tenant_id = ${tenantId} and id = ${id} and report_kept and finished_at is not null`;
      if (ended.count === 0) return;
      await tx`delete from job_failures where tenant_id = ${tenantId} and job_id = ${id}`;
      expired++;
    });
  }
  return expired;
}
