import type { TimelineEntry, TimelinePlace } from "@roster/domain/history/timeline.ts";
import type { Db } from "../open.ts";

type Kind = TimelineEntry["kind"];
type Row = { at: Date; kind: Kind; key: string; told: object };

/**
 * What happened to a contact, newest first, from all places where it is kept; one more than `limit` where there is more.
 * @param page.behind the last entry of the page before
 */
export async function timelinePage(
  sql: Db,
  tenantId: string,
  contactId: string,
  page: { limit: number; behind?: TimelinePlace | undefined },
): Promise<(TimelinePlace & { entry: TimelineEntry })[]> {
  const { behind } = page;
  const limit = page.limit + 1;
  const job = sql`jsonb_build_object('id', j.id, 'kind', j.kind, 'name', j.options -> 'name')`;
  // Each place is cut to the page by itself, so that of many events only these are put together with the rest.
  const part = (kind: Kind, at: string, key: string, told: typeof job, from: typeof job) => {
    const moment = sql`date_trunc('milliseconds', ${sql.unsafe(at)})`;
    const name = sql`${sql.unsafe(key)}::text`;
    return sql`(
      select ${moment} as at, ${kind}::text as kind, ${name} as key, ${told} as told ${from}
      ${
        behind === undefined
          ? sql``
          : sql`and (${moment}, ${kind}::text, ${name}) < (${behind.at}::timestamptz, ${behind.kind}::text, ${behind.key}::text)`
      }
      order by 1 desc, 3 desc limit ${limit}
    )`;
  };
  const created = part(
    "created",
    "c.created_at",
    "c.id",
    sql`jsonb_build_object('source', c.source, 'job', case when j.id is not null then ${job} end)`,
    sql`from contacts c left join jobs j on j.tenant_id = ${tenantId} and j.id = c.created_job
      where c.tenant_id = ${tenantId} and c.id = ${contactId}`,
  );
  const statuses = part(
    "status_changed",
    "s.at",
    "s.id",
    sql`jsonb_build_object('from', s.from_status, 'to', s.to_status, 'reason', s.reason, 'consent', s.consent,
      'by', jsonb_build_object('kind', s.source_kind, 'id', s.source_id))`,
    sql`from status_changes s where s.tenant_id = ${tenantId} and s.contact_id = ${contactId}`,
  );
  const jobs = part(
    "changed_by_job",
    "j.started_at",
    "j.id",
    sql`jsonb_build_object('job', ${job})`,
    // Job by job: the images have no index by contact, and jobs whose images are kept are few.
    sql`from jobs j join contact_before b
      on b.tenant_id = ${tenantId} and b.job_id = j.id and b.contact_id = ${contactId}
      where j.tenant_id = ${tenantId} and j.undoable and j.started_at is not null and b.before is not null`,
  );
  const events = part(
    "event",
    "e.at",
    "e.id",
    sql`jsonb_build_object('type', e.type, 'bounce', e.bounce, 'campaign',
      case when coalesce(e.campaign_id, '') <> '' then jsonb_build_object('id', e.campaign_id, 'name', s.campaign_name) end)`,
    sql`from events e left join campaign_sends s
      on s.tenant_id = ${tenantId} and s.contact_id = ${contactId} and s.campaign_id = coalesce(e.campaign_id, '')
      where e.tenant_id = ${tenantId} and e.contact_id = ${contactId}`,
  );
  const joined = sql`jsonb_build_object('mergeId', g.id, 'keptId', g.kept_id, 'mergedIds', (
      select coalesce(jsonb_agg(m.merged_id order by m.n), '[]') from merged_contacts m
      where m.tenant_id = ${tenantId} and m.merge_id = g.id and m.n > 0))`;
  const ofMerges = sql`from contact_merges g where g.tenant_id = ${tenantId} and g.id in (
      select id from contact_merges where tenant_id = ${tenantId} and contact_id = ${contactId}
      union select merge_id from merged_contacts where tenant_id = ${tenantId} and merged_id = ${contactId})`;
  const merges = part("merged", "g.created_at", "g.id", joined, ofMerges);
  const undone = part(
    "merge_undone",
    "g.undone_at",
    "g.id",
    joined,
    sql`${ofMerges} and g.undone_at is not null`,
  );
  const rows = await sql<Row[]>`
    select at, kind, key, told from (
      ${created} union all ${statuses} union all ${jobs} union all ${events} union all ${merges} union all ${undone}
    ) all_of_it
    order by at desc, kind desc, key desc limit ${limit}`;
  return rows.map(({ at, kind, key, told }) => ({
    at,
    kind,
    key,
    entry: { kind, at, ...told } as TimelineEntry,
  }));
}
