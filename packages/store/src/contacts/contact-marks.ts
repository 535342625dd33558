import type { Db } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";

/** A row whose contact still is what the same row made of it. */
export type SettledRow = {
  /** Which of the rows, from 0. */
  at: number;
  contactId: string;
  externalId: string | null;
  /** Whether an earlier batch of the same job already created or changed the contact. */
  touched: boolean;
};

/**
 * Finds those of the rows, by email and mark, that have nothing left to do; in no order. A contact that somebody changed by hand,
 * past `updateContacts`, still has its mark: that its last writer is not the one that its place in the feed names gives it away.
 */
export async function settledRows(
  sql: Db,
  tenantId: string,
  rows: { emails: readonly string[]; marks: readonly number[] },
  jobId: string,
): Promise<SettledRow[]> {
  return sql<SettledRow[]>`
    select (k.at - 1)::int4 as at, c.id as contact_id, c.external_id,
      (c.created_job = ${jobId} or b.contact_id is not null) is true as touched
    from unnest(${arrayLiteral(rows.emails)}::text[], ${numberArrayLiteral(rows.marks)}::int8[]) with ordinality as k (email, mark, at)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email and c.row_mark = k.mark
      and c.xmin = c.feed_xid::xid
    left join contact_before b on b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = c.id`;
}
