import type { Sql } from "@roster/store/open.ts";

/** One finished import in a tenant of its own. */
export type ImportPlace = { tenantId: string; jobId: string };

/** Ids in sentences differ from run to run. */
const idPattern = "(con_[0-9a-z]{20,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";

/** What must be the same after an import, however it was disturbed: without ids, times and rates. */
const views: Record<string, (sql: Sql, place: ImportPlace) => ReturnType<Sql>> = {
  report: (sql, { tenantId, jobId }) => sql`
    select state, rows_done, rows_total, bytes_done, bytes_total, created, updated, unchanged, duplicate,
      duplicate_changed, skipped, failed, deleted, reasons, error, shape, undoable
    from jobs where tenant_id = ${tenantId} and id = ${jobId}`,
  contacts: (sql, { tenantId, jobId }) => sql`
    select email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent, source,
      version, created_job = ${jobId} as created_here
    from contacts where tenant_id = ${tenantId}`,
  "failed rows": (sql, { tenantId, jobId }) => sql`
    select row, code, field, value, regexp_replace(message, ${idPattern}, 'ID', 'g') as message, email, cells, raw
    from job_failures where tenant_id = ${tenantId} and job_id = ${jobId}`,
  ledger: (sql, { tenantId, jobId }) => sql`
    select batch_no, rows, last_byte, last_row, length(seen) as seen
    from import_batches where tenant_id = ${tenantId} and job_id = ${jobId}`,
  "status changes": (sql, { tenantId }) => sql`
    select c.email, s.from_status, s.to_status, s.reason, s.consent, s.source_kind
    from status_changes s join contacts c on c.tenant_id = s.tenant_id and c.id = s.contact_id
    where s.tenant_id = ${tenantId}`,
  "before-images": (sql, { tenantId, jobId }) => sql`
    select c.email, b.before::jsonb - 'id' - 'createdJob' - 'touched' as before, b.version_after
    from contact_before b join contacts c on c.tenant_id = b.tenant_id and c.id = b.contact_id
    where b.tenant_id = ${tenantId} and b.job_id = ${jobId}`,
  suppressions: (sql, { tenantId }) => sql`
    select hash, status, reason from suppressions where tenant_id = ${tenantId}`,
  totals: (sql, { tenantId }) => sql`
    select status, sum(n)::int8 as n from contact_counts where tenant_id = ${tenantId}
    group by status having sum(n) <> 0`,
};

/** What two imports of the same file left differently, in sentences; empty when nothing. */
export async function differences(sql: Sql, calm: ImportPlace, rough: ImportPlace): Promise<string[]> {
  const found: string[] = [];
  for (const [name, view] of Object.entries(views)) {
    for (const [what, a, b] of [
      ["lost", calm, rough],
      ["too many", rough, calm],
    ] as const) {
      const rows = await sql`
        with missing as (${view(sql, a)} except all ${view(sql, b)})
        select (select count(*) from missing) as n, to_json(missing) as example from missing limit 1`;
      if (rows[0] !== undefined)
        found.push(`${name}: ${rows[0].n} ${what}, such as ${JSON.stringify(rows[0].example)}`);
    }
  }
  return found;
}

/** What must hold of every finished import by itself: one job, one upload, and sums that agree. */
export async function contradictions(sql: Sql, { tenantId, jobId }: ImportPlace): Promise<string[]> {
  const [sums] = await sql<Record<string, number>[]>`
    select j.rows_done as rows,
      j.created + j.updated + j.unchanged + j.duplicate + j.skipped + j.failed + j.deleted as counted,
      (select sum(rows)::int8 from import_batches b where b.tenant_id = j.tenant_id and b.job_id = j.id) as ledger,
      j.failed as failed,
      (select count(*) from job_failures f where f.tenant_id = j.tenant_id and f.job_id = j.id) as failures,
      j.created as created,
      (select count(*) from contacts c where c.tenant_id = j.tenant_id and c.created_job = j.id) as born,
      (select count(*) from jobs o where o.tenant_id = j.tenant_id and o.kind = 'import') as jobs
    from jobs j where j.tenant_id = ${tenantId} and j.id = ${jobId}`;
  const found: string[] = [];
  if (sums === undefined) return ["the job is gone"];
  if (sums.rows !== sums.counted) found.push(`${sums.rows} rows, but the counters add up to ${sums.counted}`);
  if (sums.rows !== sums.ledger) found.push(`${sums.rows} rows, but the ledger holds ${sums.ledger}`);
  if (sums.failed !== sums.failures) found.push(`${sums.failed} failed, but ${sums.failures} are listed`);
  if (sums.created !== sums.born)
    found.push(`${sums.created} created, but ${sums.born} carry the job's mark`);
  // The first is the one that brought the contacts who were there before.
  if (sums.jobs !== 2) found.push(`${sums.jobs} imports, not two`);
  return [...found, ...(await wrongTotals(sql, tenantId))];
}

/** Where the totals by status are not the number of contacts. */
export async function wrongTotals(sql: Sql, tenantId: string): Promise<string[]> {
  const wrong = await sql`
    select status, coalesce(kept.n, 0) as kept, coalesce(real.n, 0) as real
    from (select status, sum(n)::int8 as n from contact_counts where tenant_id = ${tenantId} group by status) kept
      full join (select status, count(*) as n from contacts where tenant_id = ${tenantId} group by status) real
      using (status)
    where coalesce(kept.n, 0) <> coalesce(real.n, 0)`;
  return wrong.map(({ status, kept, real }) => `the total of ${status} says ${kept}, and there are ${real}`);
}
