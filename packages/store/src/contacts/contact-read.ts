import type { Contact, StoredContact } from "@roster/domain/contacts/contact.ts";
import { defaultSort, type KeyedSort, sortOrder } from "@roster/domain/contacts/contact-sort.ts";
import type { Db } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { contactColumns, storedContactColumns } from "./contact-row.ts";
import { type ContactConditions, contactSource, contactWhere } from "./contact-where.ts";
import { packedContacts, packedTouched } from "./packed-contacts.ts";

/** A contact with whether an earlier batch of the same job already created or changed it. */
export type ReachableContact = Contact & { touched: boolean };

/**
 * Every contact that writes naming these emails and externalIds can reach. Takes no lock: what is written later is
 * compared by `version`.
 * @param jobId the job that writes, to tell the contacts that it has already touched
 */
export async function reachableContacts(
  sql: Db,
  tenantId: string,
  keys: { emails: Iterable<string>; externalIds: Iterable<string> },
  jobId: string | null,
): Promise<ReachableContact[]> {
  const emails = [...keys.emails];
  const externalIds = [...keys.externalIds];
  if (emails.length === 0 && externalIds.length === 0) return [];
  const touched =
    jobId === null
      ? sql`false as touched`
      : sql`(c.created_job = ${jobId} or b.contact_id is not null) is true as touched`;
  const image =
    jobId === null
      ? sql``
      : sql`left join contact_before b on b.tenant_id = ${tenantId} and b.job_id = ${jobId} and b.contact_id = c.id`;
  const byEmail = sql`
    select c.*, ${touched}
    from unnest(${arrayLiteral(emails)}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email ${image}`;
  if (externalIds.length === 0) return packedTouched(sql, byEmail);
  const byEither = sql`
    ${byEmail}
    union all
    select c.*, ${touched}
    from unnest(${arrayLiteral(externalIds)}::text[]) as k (external_id)
    join contacts c on c.tenant_id = ${tenantId} and c.external_id = k.external_id ${image}
    where c.email <> all(${arrayLiteral(emails)}::text[])`;
  return packedTouched(sql, byEither);
}

/** Every email and externalId of a tenant, in no order, a thousand contacts at a time. */
export async function* keysOfContacts(
  sql: Db,
  tenantId: string,
): AsyncGenerator<{ emails: string[]; externalIds: string[] }> {
  const contacts = sql<{ email: string; externalId: string | null }[]>`
    select email, external_id from contacts where tenant_id = ${tenantId}`;
  for await (const rows of contacts.cursor(1000)) {
    yield {
      emails: rows.map(({ email }) => email),
      externalIds: rows.map(({ externalId }) => externalId).filter((externalId) => externalId !== null),
    };
  }
}

/** The contacts with these ids, each given once, in no order; those that are not there are left out. */
export async function contactsByIds(sql: Db, tenantId: string, ids: readonly string[]): Promise<Contact[]> {
  return sql<Contact[]>`
    select ${contactColumns(sql)} from unnest(${ids as string[]}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id`;
}

/** The same with what only the database knows. */
export async function storedContactsByIds(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
): Promise<StoredContact[]> {
  return sql<StoredContact[]>`
    select ${storedContactColumns(sql)} from unnest(${ids as string[]}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id`;
}

/** One contact by id, or null. */
export async function contactById(sql: Db, tenantId: string, id: string): Promise<StoredContact | null> {
  const [row] = await sql<StoredContact[]>`
    select ${storedContactColumns(sql)} from contacts c where c.tenant_id = ${tenantId} and c.id = ${id}`;
  return row ?? null;
}

/** One contact by its normalised email, or null. */
export async function contactByEmail(
  sql: Db,
  tenantId: string,
  email: string,
): Promise<StoredContact | null> {
  const [row] = await sql<StoredContact[]>`
    select ${storedContactColumns(sql)} from contacts c where c.tenant_id = ${tenantId} and c.email = ${email}`;
  return row ?? null;
}

/** The ids of the contacts with these normalised emails, by email. */
export async function idsByEmail(
  sql: Db,
  tenantId: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  if (emails.length === 0) return new Map();
  const rows = await sql<{ email: string; id: string }[]>`
    select c.email, c.id from unnest(${arrayLiteral(emails)}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email`;
  return new Map(rows.map(({ email, id }) => [email, id]));
}

/** Which of these ids contacts have. */
export async function knownIds(sql: Db, tenantId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await sql<{ id: string }[]>`
    select c.id from unnest(${arrayLiteral(ids)}::uuid[]) as k (id)
    join contacts c on c.tenant_id = ${tenantId} and c.id = k.id`;
  return new Set(rows.map(({ id }) => id));
}

/** Which of these normalised emails contacts have, in no order. */
export async function knownEmails(sql: Db, tenantId: string, emails: readonly string[]): Promise<string[]> {
  const rows = await sql<{ email: string }[]>`
    select c.email from unnest(${emails as string[]}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email`;
  return rows.map(({ email }) => email);
}

/** Which of these normalised emails contacts of an account have in other tenants than one, each once, in no order. */
export async function emailsElsewhere(
  sql: Db,
  place: { accountId: string; tenantId: string },
  emails: readonly string[],
): Promise<string[]> {
  if (emails.length === 0) return [];
  const rows = await sql<{ email: string }[]>`
    select k.email from unnest(${emails as string[]}::text[]) as k (email)
    where exists (
      select from tenants t join contacts c on c.tenant_id = t.id and c.email = k.email
      where t.account_id = ${place.accountId} and t.id <> ${place.tenantId})`;
  return rows.map(({ email }) => email);
}

/** The contacts with any of these normalised emails or externalIds, each once, in no order. */
export async function contactsByKeys(
  sql: Db,
  tenantId: string,
  { emails, externalIds }: { emails: readonly string[]; externalIds: readonly string[] },
): Promise<StoredContact[]> {
  return sql<StoredContact[]>`
    select ${storedContactColumns(sql)} from unnest(${emails as string[]}::text[]) as k (email)
    join contacts c on c.tenant_id = ${tenantId} and c.email = k.email
    union all
    select ${storedContactColumns(sql)} from unnest(${externalIds as string[]}::text[]) as k (external_id)
    join contacts c on c.tenant_id = ${tenantId} and c.external_id = k.external_id
    where c.email <> all(${emails as string[]}::text[])`;
}

/** One contact by its externalId, or null. */
export async function contactByExternalId(
  sql: Db,
  tenantId: string,
  externalId: string,
): Promise<StoredContact | null> {
  const [row] = await sql<StoredContact[]>`
    select ${storedContactColumns(sql)} from contacts c
    where c.tenant_id = ${tenantId} and c.external_id = ${externalId}`;
  return row ?? null;
}

export type ContactListQuery = ContactConditions & {
  limit: number;
  sort?: KeyedSort | undefined;
  /** Only what comes behind the contact with this key, by `sortOrder`. */
  behind?: string | undefined;
  /** Only what comes up to the one with this key, and that one. */
  until?: string | undefined;
};

/** The key of the contact that stands so many places behind another one, whoever lies between; undefined behind the last. */
export async function keyBehind(
  sql: Db,
  tenantId: string,
  { behind, contacts, sort = defaultSort }: Pick<ContactListQuery, "behind" | "sort"> & { contacts: number },
): Promise<string | undefined> {
  const { key, descending } = sortOrder[sort];
  const [row] = await sql<{ key: string }[]>`
    select c.${sql(key)} as key from contacts c
    where c.tenant_id = ${tenantId} ${inRange(sql, { behind, sort })}
    order by c.${sql(key)} ${descending ? sql`desc` : sql`asc`} offset ${contacts - 1} limit 1`;
  return row?.key;
}

/** Behind one key and up to another, as the continuation of a `where`. */
function inRange(sql: Db, { behind, until, sort = defaultSort }: Omit<ContactListQuery, "limit">) {
  const { key, descending } = sortOrder[sort];
  const beyond = descending ? sql`<` : sql`>`;
  const within = descending ? sql`>=` : sql`<=`;
  return sql`
    ${behind === undefined ? sql`` : sql`and c.${sql(key)} ${beyond} ${behind}`}
    ${until === undefined ? sql`` : sql`and c.${sql(key)} ${within} ${until}`}`;
}

/** A page of contacts; one more than `limit` where there are more. */
export async function contactPage(
  sql: Db,
  tenantId: string,
  query: ContactListQuery,
): Promise<StoredContact[]> {
  const { key, descending } = sortOrder[query.sort ?? defaultSort];
  const page = sql`
    select c.* from ${contactSource(sql, query)}
    where ${contactWhere(sql, tenantId, query)} ${inRange(sql, query)}
    order by c.${sql(key)} ${descending ? sql`desc` : sql`asc`}
    limit ${query.limit + 1}`;
  return packedContacts(sql, page);
}

/**
 * The same page, found by looking at all contacts of its range, and not at one after the other in their order: that takes longer
 * where many of them are on the page, and a third of the time where few are.
 */
export async function contactPageOfFew(
  sql: Db,
  tenantId: string,
  query: ContactListQuery,
): Promise<StoredContact[]> {
  const { key, descending } = sortOrder[query.sort ?? defaultSort];
  const forwards = descending ? sql`desc` : sql`asc`;
  // With an offset the innermost select is not told of the limit.
  const page = sql`
    select c.* from (
      select found.id from (
        select c.id, c.email from ${contactSource(sql, query)}
        where ${contactWhere(sql, tenantId, query)} ${inRange(sql, query)} offset 0
      ) found
      order by found.${sql(key)} ${forwards} limit ${query.limit + 1}
    ) page
    join contacts c on c.tenant_id = ${tenantId} and c.id = page.id
    order by c.${sql(key)} ${forwards}`;
  return packedContacts(sql, page);
}

/**
 * `limit` contacts behind the first `offset` ones. Only ids are read on the way there.
 * @param query.total how many the query finds in all, where that is known: the way is then taken from the nearer end
 */
export async function contactPageAt(
  sql: Db,
  tenantId: string,
  query: ContactConditions & {
    limit: number;
    offset: number;
    sort?: KeyedSort | undefined;
    total: number | null;
  },
): Promise<StoredContact[]> {
  const { limit, offset, total, sort = defaultSort } = query;
  const { key, descending } = sortOrder[sort];
  const forwards = descending ? sql`desc` : sql`asc`;
  const backwards = descending ? sql`asc` : sql`desc`;
  const behind = total === null ? null : Math.max(total - offset, 0);
  if (behind === 0) return [];
  const fromEnd = behind !== null && behind < offset;
  const size = behind === null ? limit : Math.min(limit, behind);
  const skipped = fromEnd ? behind - size : offset;
  const page = sql`
    select c.* from (
      select c.id from ${contactSource(sql, query)} where ${contactWhere(sql, tenantId, query)}
      order by c.${sql(key)} ${fromEnd ? backwards : forwards}
      limit ${size} offset ${skipped}
    ) page
    join contacts c on c.tenant_id = ${tenantId} and c.id = page.id
    order by c.${sql(key)} ${forwards}`;
  return packedContacts(sql, page);
}

/** How many contacts a query finds, counted up to `cap` + 1. */
export async function countContacts(
  sql: Db,
  tenantId: string,
  query: ContactConditions,
  cap: number,
): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from (
      select from ${contactSource(sql, query)} where ${contactWhere(sql, tenantId, query)} limit ${cap + 1}
    ) found`;
  return row!.n;
}
