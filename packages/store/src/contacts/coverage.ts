import { type CoverageCount, coverageKinds } from "@roster/domain/contacts/coverage.ts";
import type { Db, Tx } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";

/** Counts as they are kept until they are added up: small, because every write of a contact leaves some. */
export function coverageJson(counts: readonly CoverageCount[]): string {
  return JSON.stringify(counts.map(({ kind, key, type, n }) => [kind, key, type, n]));
}

const pending = (sql: Db, tenantId: string) => sql`
  select d ->> 0 as kind, d ->> 1 as key, d ->> 2 as type, (d ->> 3)::int8 as n
  from contact_coverage_changes c, jsonb_array_elements(c.counts) d where c.tenant_id = ${tenantId}`;

/**
 * The numbers of a tenant of these kinds, exact at the statement's moment: what is added up and what is not yet.
 * @returns `complete` is false where there are more names than are counted
 */
export async function coverageOf(
  sql: Db,
  tenantId: string,
  kinds: readonly CoverageCount["kind"][] = coverageKinds,
): Promise<{ counts: CoverageCount[]; contacts: number; complete: boolean }> {
  const wanted = arrayLiteral(kinds);
  // A list for each column: as lists of four, ten thousand names took PostgreSQL twice as long.
  const [row] = await sql<
    { kinds: string[]; keys: string[]; types: string[]; ns: number[]; contacts: number; complete: boolean }[]
  >`
    with state as (
      select coalesce((select complete from contact_coverage_states where tenant_id = ${tenantId}), true) as complete
    ), pending as (
      select kind, key, type, sum(n)::int8 as n from (${pending(sql, tenantId)}) d
      where kind = any(${wanted}::text[]) group by kind, key, type
    ), counts as (
      select kind, key, type, coalesce(k.n, 0) + coalesce(p.n, 0) as n, k.kind is not null as known
      from (select * from contact_coverage where tenant_id = ${tenantId} and kind = any(${wanted}::text[])) k
      full join pending p using (kind, key, type)
    )
    select coalesce(json_agg(kind), '[]') as kinds, coalesce(json_agg(key), '[]') as keys,
      coalesce(json_agg(type), '[]') as types, coalesce(json_agg(n), '[]') as ns,
      (select coalesce(sum(n), 0)::int8 from contact_counts where tenant_id = ${tenantId}) as contacts,
      (select complete from state) as complete
    from counts where n <> 0 and (known or (select complete from state))`;
  const { keys, types, ns, contacts, complete } = row!;
  return {
    counts: row!.kinds.map((kind, i) => ({ kind, key: keys[i], type: types[i], n: ns[i] }) as CoverageCount),
    contacts,
    complete,
  };
}

/** The tenants of whom something is not added up yet. */
export async function tenantsToCover(sql: Db): Promise<string[]> {
  const rows = await sql<{ tenantId: string }[]>`select distinct tenant_id from contact_coverage_changes`;
  return rows.map(({ tenantId }) => tenantId);
}

/** The tenants of whom not all names are counted. */
export async function tenantsIncomplete(sql: Db): Promise<string[]> {
  const rows = await sql<{ tenantId: string }[]>`
    select tenant_id from contact_coverage_states where not complete`;
  return rows.map(({ tenantId }) => tenantId);
}

/** Holds a tenant's coverage until the transaction ends: one adds up at a time. @returns whether all names are counted */
export async function holdCoverage(tx: Tx, tenantId: string): Promise<boolean> {
  await tx`insert into contact_coverage_states (tenant_id) values (${tenantId}) on conflict do nothing`;
  const [row] = await tx<{ complete: boolean }[]>`
    select complete from contact_coverage_states where tenant_id = ${tenantId} for update`;
  return row!.complete;
}

export async function setComplete(tx: Tx, tenantId: string, complete: boolean): Promise<void> {
  await tx`update contact_coverage_states set complete = ${complete} where tenant_id = ${tenantId}`;
}

/** Takes the oldest changes away. @returns what they come to, and how many they were */
export async function takeChanges(
  tx: Tx,
  tenantId: string,
  limit: number,
): Promise<{ counts: CoverageCount[]; changes: number }> {
  const rows = await tx<{ counts: [string, string, string, number][]; changes: number }[]>`
    with taken as (
      delete from contact_coverage_changes where tenant_id = ${tenantId} and id in (
        select id from contact_coverage_changes where tenant_id = ${tenantId} order by id limit ${limit}
      ) returning counts
    ), summed as (
      select d ->> 0 as kind, d ->> 1 as key, d ->> 2 as type, sum((d ->> 3)::int8)::int8 as n
      from taken, jsonb_array_elements(counts) d group by 1, 2, 3
    )
    select (select coalesce(json_agg(json_build_array(kind, key, type, n)), '[]') from summed where n <> 0) as counts,
      (select count(*) from taken) as changes`;
  const { counts, changes } = rows[0]!;
  return { counts: counts.map(([kind, key, type, n]) => ({ kind, key, type, n }) as CoverageCount), changes };
}

/** Adds to the numbers that are there. @returns the counts whose names are not there */
export async function addToCoverage(
  tx: Tx,
  tenantId: string,
  counts: readonly CoverageCount[],
): Promise<CoverageCount[]> {
  if (counts.length === 0) return [];
  const known = await tx<{ at: number }[]>`
    update contact_coverage k set n = k.n + u.n from ${unnested(tx, counts)}
    where k.tenant_id = ${tenantId} and k.kind = u.kind and k.key = u.key and k.type = u.type
    returning u.at::int4 as at`;
  const found = new Set(known.map(({ at }) => at - 1));
  return counts.filter((_, at) => !found.has(at));
}

/** How many names of each kind are counted. */
export async function coveredNames(tx: Tx, tenantId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx<{ kind: string; n: number }[]>`
    select kind, count(*) as n from contact_coverage where tenant_id = ${tenantId} group by kind`;
  return new Map(rows.map(({ kind, n }) => [kind, n]));
}

export async function insertCoverage(
  tx: Tx,
  tenantId: string,
  counts: readonly CoverageCount[],
): Promise<void> {
  if (counts.length === 0) return;
  await tx`
    insert into contact_coverage (tenant_id, kind, key, type, n)
    select ${tenantId}, u.kind, u.key, u.type, u.n from ${unnested(tx, counts)}`;
}

/** Forgets names that no contact has any more. */
export async function dropEmptyCoverage(tx: Tx, tenantId: string): Promise<void> {
  await tx`delete from contact_coverage where tenant_id = ${tenantId} and n = 0`;
}

const unnested = (tx: Tx, counts: readonly CoverageCount[]) => tx`
  unnest(
    ${counts.map(({ kind }) => kind)}::text[], ${counts.map(({ key }) => key)}::text[],
    ${counts.map(({ type }) => type)}::text[], ${counts.map(({ n }) => n)}::int8[]
  ) with ordinality as u (kind, key, type, n, at)`;

/**
 * Counts a tenant's contacts anew in the place of all that was added up. In a transaction that sees one moment: whoever writes
 * meanwhile leaves changes that are added later.
 * @param limit most names of a kind, the most frequent
 * @returns whether all names are counted
 */
export async function recountCoverage(tx: Tx, tenantId: string, limit: number): Promise<boolean> {
  await tx`delete from contact_coverage_changes where tenant_id = ${tenantId}`;
  await tx`delete from contact_coverage where tenant_id = ${tenantId}`;
  const [row] = await tx<{ complete: boolean }[]>`
    with counted as (
      select 'field' as kind, f.key, '' as type, sum(f.n)::int8 as n from (
        select count(name) as name, count(first_name) as "firstName", count(last_name) as "lastName",
          count(phone) as phone, count(*) filter (where tags <> '{}') as tags, count(external_id) as "externalId",
          count(locale) as locale, count(consent) as consent, count(source) as source
        from contacts where tenant_id = ${tenantId}
      ) c, lateral (select key, value::int8 as n from jsonb_each_text(to_jsonb(c))) f group by f.key
      union all
      select case when locale is null then 'no_locale' else 'locale' end, coalesce(locale, ''),
        case when status = 'active' then 'active' else 'other' end, count(*)
      from contacts where tenant_id = ${tenantId} group by 1, 2, 3
      union all
      select 'attribute', a.key, jsonb_typeof(a.value), count(*)
      from contacts c, jsonb_each(c.attributes) a where c.tenant_id = ${tenantId} group by 2, 3
    ), ranked as (
      select *, row_number() over (partition by kind order by n desc, key, type) as rank from counted where n <> 0
    ), kept as (
      insert into contact_coverage (tenant_id, kind, key, type, n)
      select ${tenantId}, kind, key, type, n from ranked where rank <= ${limit}
    )
    select coalesce(max(rank), 0) <= ${limit} as complete from ranked`;
  return row!.complete;
}
