import type { KeyCount } from "@roster/domain/contact-field.ts";
import type { Db } from "./open.ts";

/** As many of the newest contacts are looked at, and as many of the oldest. */
const fromEachEnd = 5000;

/** Keys by their types that are told of, the most frequent. */
const toldKeys = 1000;

export type FieldCounts = {
  /** How many contacts were looked at. */
  contacts: number;
  /** How many of them have something in each field that can be empty. */
  filled: Record<
    "name" | "firstName" | "lastName" | "phone" | "tags" | "externalId" | "locale" | "consent" | "source",
    number
  >;
  keys: KeyCount[];
};

/** What a tenant's contacts have in their fields: the newest and the oldest of them, which is all where they are not many. */
export async function countFields(sql: Db, tenantId: string): Promise<FieldCounts> {
  const sample = sql`
    (select id from contacts where tenant_id = ${tenantId} order by id desc limit ${fromEachEnd})
    union
    (select id from contacts where tenant_id = ${tenantId} order by id limit ${fromEachEnd})`;
  const [filled] = await sql<(FieldCounts["filled"] & { contacts: number })[]>`
    select count(*) as contacts, count(c.name) as name, count(c.first_name) as first_name,
      count(c.last_name) as last_name, count(c.phone) as phone,
      count(*) filter (where cardinality(c.tags) > 0) as tags, count(c.external_id) as external_id,
      count(c.locale) as locale, count(c.consent) as consent, count(c.source) as source
    from (${sample}) s join contacts c on c.tenant_id = ${tenantId} and c.id = s.id`;
  const keys = await sql<KeyCount[]>`
    select a.key, jsonb_typeof(a.value) as json_type, count(*) as n
    from (${sample}) s join contacts c on c.tenant_id = ${tenantId} and c.id = s.id, jsonb_each(c.attributes) a
    group by 1, 2 order by n desc, a.key limit ${toldKeys}`;
  const { contacts, ...rest } = filled!;
  return { contacts, filled: rest, keys };
}
