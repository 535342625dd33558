import type { Db } from "../open.ts";

/**
 * Tables that name contacts and say nothing about them: what is in them is an id, for as long as a job works with it, or what
 * is left of a contact that is gone.
 */
const tellNothing = ["contact_overlay", "contact_tombstones", "job_contacts", "search_indexes"];

/** Every table whose rows belong to a contact: whatever the catalog has, so that a new one is never forgotten. */
export async function tablesOfContacts(sql: Db): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select t.relname::text as name from pg_class t
    where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
      and t.relname <> all(${tellNothing})
      and 2 = (
        select count(*) from pg_attribute a
        where a.attrelid = t.oid and not a.attisdropped and a.attname in ('tenant_id', 'contact_id')
      )
    order by 1`;
  return rows.map(({ name }) => name);
}

/** All rows that belong to a contact, by table, where there are any, with their columns as they are named in answers. */
export async function rowsOfContact(
  sql: Db,
  tenantId: string,
  contactId: string,
): Promise<Record<string, object[]>> {
  const found: Record<string, object[]> = {};
  for (const table of await tablesOfContacts(sql)) {
    const rows = await sql<Record<string, unknown>[]>`
      select * from ${sql(table)} where tenant_id = ${tenantId} and contact_id = ${contactId}`;
    if (rows.length === 0) continue;
    found[camel(table)] = rows.map(({ tenantId: _tenant, contactId: _contact, ...columns }) => columns);
  }
  return found;
}

function camel(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
