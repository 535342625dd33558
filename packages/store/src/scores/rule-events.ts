import { sendTimes } from "@roster/domain/events/campaign-send.ts";
import type { EventType } from "@roster/domain/events/event.ts";
import type { ConditionEvent } from "@roster/domain/scores/rule-condition.ts";
import type { RuleNeeds } from "@roster/domain/scores/scoring-rule.ts";
import type { Db, Fragment } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { columnReader, type Packed, packedColumns } from "../sql/packed-columns.ts";

export type RuleEvent = ConditionEvent & { type: EventType };

const packed = { contactId: "uuid", type: "int4", at: "time" } as const;
type PackedEvents = Packed<typeof packed> & { campaigns: string[] | null };

/**
 * The latest event of each type and campaign that contacts had, by contact. Of months whose events are no longer kept, the
 * first of each type and campaign. Where no campaign counts, all are taken for none; where only the history of campaigns counts,
 * which is smaller, the events themselves are not read.
 */
export async function ruleEvents(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
  { types, precisely, campaigns }: Omit<RuleNeeds, "contacts">,
): Promise<Map<string, RuleEvent[]>> {
  const contacts = sql`unnest(${arrayLiteral(ids)}::uuid[]) as k (id)`;
  const parts = [
    ...sendEvents(sql, tenantId, contacts, types),
    ...listEvents(sql, tenantId, contacts, { types, precisely }),
    ...(precisely ? [keptEvents(sql, tenantId, contacts, types)] : []),
  ];
  const events = parts.reduce((all, part) => sql`${all} union all ${part}`);
  const campaign = campaigns ? sql`campaign` : sql`''`;
  const [row] = await sql<PackedEvents[]>`
    select ${packedColumns(sql, packed)}, ${campaigns ? sql`json_agg(campaign)` : sql`null`} as campaigns
    from (
      select contact_id, type, ${campaign} as campaign, max(at) as at from (${events}) e (contact_id, type, campaign, at)
      where at is not null
      group by 1, 2, 3
    ) e`;
  return unpacked(row!, types);
}

/** How a type goes: by its place among those that are asked for. */
const placeOf = (types: readonly EventType[], type: EventType) => types.indexOf(type);

/** What the history of campaigns tells; each contact looked up by itself, as in `engagementOf`. */
function sendEvents(sql: Db, tenantId: string, contacts: Fragment, types: readonly EventType[]): Fragment[] {
  const told = sendTimes.filter((type) => types.includes(type));
  if (told.length === 0) return [];
  const times = told
    .map((type) => sql`(${placeOf(types, type)}::int4, ${sql(`s.${type}_at`)})`)
    .reduce((all, one) => sql`${all}, ${one}`);
  return [
    sql`
      select s.contact_id, t.type, s.campaign_id as campaign, t.at
      from ${contacts} cross join lateral (
        select * from campaign_sends where tenant_id = ${tenantId} and contact_id = k.id offset 0
      ) s, lateral (values ${times}) t (type, at)`,
  ];
}

/**
 * Who came back, and who left without saying by which campaign: the history of campaigns does not have them. Where the events
 * themselves are read too, only of months that are gone: the sums do not know of which campaign an event was.
 */
function listEvents(
  sql: Db,
  tenantId: string,
  contacts: Fragment,
  { types, precisely }: Pick<RuleNeeds, "types" | "precisely">,
): Fragment[] {
  const told = (type: "resubscribed" | "unsubscribed", and: Fragment) => {
    if (!types.includes(type)) return [];
    const kept = sql`and not exists (
      select from events v
      where v.tenant_id = ${tenantId} and v.contact_id = e.contact_id and v.at = ${sql(`e.last_${type}_at`)}
        and v.type = ${type})`;
    return [
      sql`
        select e.contact_id, ${placeOf(types, type)}::int4, '', ${sql(`e.last_${type}_at`)}
        from ${contacts} cross join lateral (
          select * from engagement where tenant_id = ${tenantId} and contact_id = k.id offset 0
        ) e
        where true ${and} ${precisely ? kept : sql``}`,
    ];
  };
  return [
    ...told("resubscribed", sql``),
    ...told(
      "unsubscribed",
      sql`and not exists (
        select from campaign_sends s
        where s.tenant_id = ${tenantId} and s.contact_id = e.contact_id and s.unsubscribed_at is not null)`,
    ),
  ];
}

function keptEvents(sql: Db, tenantId: string, contacts: Fragment, types: readonly EventType[]): Fragment {
  const wanted = arrayLiteral(types);
  return sql`
    select e.contact_id, array_position(${wanted}::event_type[], e.type) - 1, coalesce(e.campaign_id, ''), e.at
    from ${contacts} join events e on e.tenant_id = ${tenantId} and e.contact_id = k.id
    where e.type = any(${wanted}::event_type[])`;
}

function unpacked(row: PackedEvents, wanted: readonly EventType[]): Map<string, RuleEvent[]> {
  const byContact = new Map<string, RuleEvent[]>();
  const { n, campaigns } = row;
  const read = columnReader(row, packed);
  for (let row = 0; row < n; row++) {
    const id = read.contactId(row);
    const event = { type: wanted[read.type(row)]!, campaignId: campaigns?.[row] || null, at: read.at(row)! };
    const own = byContact.get(id);
    if (own === undefined) byContact.set(id, [event]);
    else own.push(event);
  }
  return byContact;
}
