import type { EventType } from "@roster/domain/event.ts";
import type { ConditionEvent } from "@roster/domain/rule-condition.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Db } from "./open.ts";

export type RuleEvent = ConditionEvent & { type: EventType };

/**
 * The latest event of each type and campaign that contacts had, by contact. Of months whose events are no longer kept, the
 * first of each type and campaign.
 * @param types only of these
 * @param precisely whether anybody asks for what only the events themselves tell; otherwise the campaigns' history is read,
 *   which is smaller
 */
export async function ruleEvents(
  sql: Db,
  tenantId: string,
  ids: readonly string[],
  { types, precisely }: { types: readonly EventType[]; precisely: boolean },
): Promise<Map<string, RuleEvent[]>> {
  const wanted = arrayLiteral(types);
  const contacts = sql`unnest(${arrayLiteral(ids)}::uuid[]) as k (id)`;
  const kept = sql`
    union all
    select e.contact_id, e.type::text, coalesce(e.campaign_id, ''), e.at
    from ${contacts} join events e on e.tenant_id = ${tenantId} and e.contact_id = k.id
    where e.type = any(${wanted}::event_type[])`;
  const rows = await sql<{ contactId: string; type: EventType; campaign: string; at: number }[]>`
    select contact_id, type, campaign, max((extract(epoch from at) * 1000)::int8) as at
    from (
      select s.contact_id, t.type, s.campaign_id as campaign, t.at
      from ${contacts} join campaign_sends s on s.tenant_id = ${tenantId} and s.contact_id = k.id,
        lateral (values ('sent', s.sent_at), ('delivered', s.delivered_at), ('opened', s.opened_at),
          ('clicked', s.clicked_at), ('bounced', s.bounced_at), ('complained', s.complained_at),
          ('unsubscribed', s.unsubscribed_at)) t (type, at)
      union all
      select e.contact_id, t.type, '', t.at
      from ${contacts} join engagement e on e.tenant_id = ${tenantId} and e.contact_id = k.id,
        lateral (values ('resubscribed', e.last_resubscribed_at), ('unsubscribed', e.last_unsubscribed_at)) t (type, at)
      where t.type = 'resubscribed' or not exists (
        select from campaign_sends s
        where s.tenant_id = ${tenantId} and s.contact_id = e.contact_id and s.unsubscribed_at is not null)
      ${precisely ? kept : sql``}
    ) events
    where at is not null and type = any(${wanted}::text[])
    group by contact_id, type, campaign`;
  const byContact = new Map<string, RuleEvent[]>();
  for (const { contactId, type, campaign, at } of rows) {
    const event = { type, campaignId: campaign === "" ? null : campaign, at };
    const own = byContact.get(contactId);
    if (own === undefined) byContact.set(contactId, [event]);
    else own.push(event);
  }
  return byContact;
}
