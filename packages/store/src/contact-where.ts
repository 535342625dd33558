import type { ContactFilter } from "@roster/domain/contact-filter.ts";
import type { Db } from "./open.ts";

/** A tenant's contacts to which all conditions of a filter apply, as a condition on `contacts c`. */
export function contactWhere(sql: Db, tenantId: string, filter: ContactFilter) {
  const { status, search, tags, source, createdJob } = filter;
  return sql`
    c.tenant_id = ${tenantId}
    ${status === undefined ? sql`` : sql`and c.status = any(${status as string[]}::contact_status[])`}
    ${search === undefined ? sql`` : sql`and c.email like ${searchPattern(search)}`}
    ${tags === undefined ? sql`` : sql`and c.tags && ${tags}::text[]`}
    ${source === undefined ? sql`` : sql`and c.source = ${source}`}
    ${createdJob === undefined ? sql`` : sql`and c.created_job = ${createdJob}`}`;
}

/** Three characters match anywhere inside, fewer the beginning (contracts, "Paging"). */
function searchPattern(search: string): string {
  const text = search.toLowerCase();
  const literal = text.replaceAll(/[\\%_]/g, (c) => `\\${c}`);
  return [...text].length >= 3 ? `%${literal}%` : `${literal}%`;
}
