import type { Db, Tx } from "../open.ts";

/** A static list with how many contacts are on it. */
export type List = {
  id: string;
  slug: string;
  name: string;
  contacts: number;
  createdAt: Date;
  updatedAt: Date;
};

const listColumns = (sql: Db) => sql`
  l.id, l.slug, l.name, l.created_at, l.updated_at, (
    select coalesce(sum(k.n), 0)::int8 from list_counts k where k.tenant_id = l.tenant_id and k.list_id = l.id
  ) as contacts`;

/** One list by its id or its short name, or null. */
export async function listOf(
  sql: Db,
  tenantId: string,
  by: { id: string } | { slug: string },
): Promise<List | null> {
  const [row] = await sql<List[]>`
    select ${listColumns(sql)} from lists l
    where l.tenant_id = ${tenantId} and ${"id" in by ? sql`l.id = ${by.id}` : sql`l.slug = ${by.slug}`}`;
  return row ?? null;
}

/** Lists, newest first; one more than `limit` where there are more. @param limit null for all */
export async function listPage(
  sql: Db,
  tenantId: string,
  { limit, behind }: { limit: number | null; behind?: string | undefined },
): Promise<List[]> {
  return sql<List[]>`
    select ${listColumns(sql)} from lists l
    where l.tenant_id = ${tenantId} ${behind === undefined ? sql`` : sql`and l.id < ${behind}`}
    order by l.id desc limit ${limit === null ? null : limit + 1}`;
}

/** The lists that a contact is on, by their names, with when it was put there. */
export async function listsOfContact(
  sql: Db,
  tenantId: string,
  contactId: string,
): Promise<(List & { addedAt: Date })[]> {
  return sql<(List & { addedAt: Date })[]>`
    select ${listColumns(sql)}, m.added_at from list_members m
    join lists l on l.tenant_id = ${tenantId} and l.id = m.list_id
    where m.tenant_id = ${tenantId} and m.contact_id = ${contactId}
    order by l.name`;
}

/** What all lists of a tenant are called. */
export async function listNames(
  sql: Db,
  tenantId: string,
): Promise<{ slugs: Set<string>; names: Set<string> }> {
  const rows = await sql<{ slug: string; name: string }[]>`
    select slug, name from lists where tenant_id = ${tenantId}`;
  return { slugs: new Set(rows.map(({ slug }) => slug)), names: new Set(rows.map(({ name }) => name)) };
}

export async function insertList(
  tx: Tx,
  tenantId: string,
  { id, slug, name }: Pick<List, "id" | "slug" | "name">,
): Promise<void> {
  await tx`insert into lists (tenant_id, id, slug, name) values (${tenantId}, ${id}, ${slug}, ${name})`;
}

export async function setListName(tx: Tx, tenantId: string, id: string, name: string): Promise<void> {
  await tx`update lists set name = ${name}, updated_at = now() where tenant_id = ${tenantId} and id = ${id}`;
}

/** Sees to it that lists stay until the transaction ends. @returns those that are there */
export async function holdLists(sql: Db, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from lists where tenant_id = ${tenantId} and id = any(${ids as string[]}::uuid[])
    order by id for key share`;
  return rows.map(({ id }) => id);
}

/** Deletes lists; the contacts stay. @returns those that were there */
export async function deleteLists(tx: Tx, tenantId: string, ids: readonly string[]): Promise<string[]> {
  // Whoever is putting somebody on a list holds it: from here on nobody does.
  const locked = await tx<{ id: string }[]>`
    select id from lists where tenant_id = ${tenantId} and id = any(${ids as string[]}::uuid[])
    order by id for update`;
  const gone = locked.map(({ id }) => id);
  // The numbers last: somebody who deletes a contact of the list writes them as long as the contact is on it.
  for (const table of ["list_members", "list_counts"]) {
    await tx`delete from ${tx(table)} where tenant_id = ${tenantId} and list_id = any(${gone}::uuid[])`;
  }
  await tx`delete from lists where tenant_id = ${tenantId} and id = any(${gone}::uuid[])`;
  return gone;
}
