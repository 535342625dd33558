import type { Status } from "@roster/domain/contacts/status.ts";
import type { HealthEngagement } from "@roster/domain/health/list-health.ts";
import type { Db } from "../open.ts";

/** What a health run looks at. `engagement` is null where there never was an event. */
export type HealthSubject = {
  id: string;
  email: string;
  status: Status;
  engagement: HealthEngagement | null;
};

// No address has a control character in it.
const nextCell = "\x1f";
const nextContact = "\x1e";

/**
 * The next contacts in the order of their ids, without locks: as one text, because a value of a row costs postgres.js 0.3 µs
 * and a run has twelve of them for every contact of the tenant.
 * @param range behind one id, up to another; null is from the beginning
 * @returns in no order, with the last id of them
 */
export async function healthSubjects(
  sql: Db,
  tenantId: string,
  { afterId, upToId, limit }: { afterId: string | null; upToId: string; limit: number },
): Promise<{ subjects: HealthSubject[]; lastId: string | null }> {
  const ms = (column: string) => sql`coalesce((date_part('epoch', e.${sql(column)}) * 1000)::int8::text, '')`;
  // Said of both tables: a merge of the two would else begin each batch with the tenant's first row of events.
  const behind = (column: string) => (afterId === null ? sql`` : sql`and ${sql(column)} > ${afterId}`);
  const [row] = await sql<{ packed: string | null; lastId: string | null }[]>`
    select string_agg(concat_ws(${nextCell}::text, c.id, c.email, c.status,
      case when e.contact_id is null then null else concat_ws(${nextCell}::text, e.sent, e.delivered, e.opened, e.clicked,
        e.soft_bounces, ${ms("first_sent_at")}, ${ms("last_opened_at")}, ${ms("last_clicked_at")}) end
    ), ${nextContact}::text) as packed, max(c.id::text) as last_id
    from (
      select id, email, status from contacts
      where tenant_id = ${tenantId} and id <= ${upToId} ${behind("id")}
      order by id limit ${limit}
    ) c left join engagement e on e.tenant_id = ${tenantId} and e.contact_id = c.id ${behind("e.contact_id")}`;
  const { packed, lastId } = row!;
  return { subjects: packed === null ? [] : packed.split(nextContact).map(subjectOf), lastId };
}

function subjectOf(text: string): HealthSubject {
  const [id, email, status, ...cells] = text.split(nextCell) as [string, string, Status, ...string[]];
  return { id, email, status, engagement: cells.length === 0 ? null : engagementOf(cells) };
}

function engagementOf(cells: readonly string[]): HealthEngagement {
  const time = (cell: string) => (cell === "" ? null : Number(cell));
  return {
    sent: Number(cells[0]),
    delivered: Number(cells[1]),
    opened: Number(cells[2]),
    clicked: Number(cells[3]),
    softBounces: Number(cells[4]),
    firstSentAt: time(cells[5]!),
    lastOpenedAt: time(cells[6]!),
    lastClickedAt: time(cells[7]!),
  };
}
