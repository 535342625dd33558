import { sendsOf } from "@roster/store/events/campaign-sends.ts";
import { engagementOf } from "@roster/store/events/engagement.ts";
import type { Sql } from "@roster/store/open.ts";
import { wrongTotals } from "./outcome.ts";
import type { ToldPerson, ToldStory } from "./told-engagement.ts";

/** Where what is stored of events is not what they come to, each counted once; in sentences. */
export async function wrongEngagement(sql: Sql, tenantId: string, told: ToldStory): Promise<string[]> {
  const contacts = await sql<{ id: string; email: string; status: string }[]>`
    select id, email, status from contacts where tenant_id = ${tenantId}`;
  const engagement = await engagementOf(
    sql,
    tenantId,
    contacts.map(({ id }) => id),
  );
  const pairs = contacts.flatMap(({ id, email }) =>
    [...(told.people.get(email)?.sends.keys() ?? [])].map((campaignId) => ({ contactId: id, campaignId })),
  );
  const sends = await sendsOf(sql, tenantId, pairs);
  const events = await eventsByContact(sql, tenantId);
  const found = new Sentences();
  for (const { id, email, status } of contacts) {
    const person = told.people.get(email);
    found.compare("status", email, person?.status ?? "active", status);
    found.compare("engagement", email, person?.engagement, engagement.get(id)?.engagement);
    found.compare("campaigns", email, sortedSends(person), sends.get(id)?.sort(byCampaign) ?? []);
    found.compare("events", email, eventTexts(person), (events.get(id) ?? []).sort());
  }
  return [
    ...found.all,
    ...(await wrongNumbers(sql, tenantId, told, pairs.length)),
    ...(await wrongTotals(sql, tenantId)),
    ...(await brokenHistories(sql, tenantId)),
  ];
}

/** The first difference of each kind, and how many there are. */
class Sentences {
  readonly #found = new Map<string, { n: number; example: string }>();

  compare(what: string, whose: string, told: unknown, stored: unknown): void {
    const [a, b] = [plain(told), plain(stored)];
    if (a === b) return;
    const known = this.#found.get(what);
    if (known !== undefined) known.n++;
    else this.#found.set(what, { n: 1, example: `of ${whose} ${b}, not ${a}` });
  }

  get all(): string[] {
    return [...this.#found].map(([what, { n, example }]) => `${what}: ${n} wrong, such as ${example}`);
  }
}

/** As a text in which the order of keys and the last digits of a sum do not count. */
function plain(value: unknown): string {
  return (
    JSON.stringify(value ?? null, (_, inner) => {
      if (typeof inner === "number") return Number(inner.toPrecision(9));
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? "null"
  );
}

const byCampaign = (a: { campaignId: string | null }, b: { campaignId: string | null }) =>
  (a.campaignId ?? "") < (b.campaignId ?? "") ? -1 : 1;

function sortedSends(person: ToldPerson | undefined): unknown[] {
  return person === undefined ? [] : [...person.sends.values()].sort(byCampaign);
}

function eventTexts(person: ToldPerson | undefined): string[] {
  const events = person?.events ?? [];
  return events.map(({ type, at, campaignId, bounce }) => eventText({ type, at, campaignId, bounce })).sort();
}

type EventFacts = { type: string; at: Date; campaignId: string | null; bounce: string | null };

const eventText = ({ type, at, campaignId, bounce }: EventFacts) =>
  `${at.toISOString()} ${type} ${campaignId ?? "-"} ${bounce ?? "-"}`;

async function eventsByContact(sql: Sql, tenantId: string): Promise<Map<string, string[]>> {
  const rows = await sql<(EventFacts & { contactId: string })[]>`
    select contact_id, type, at, campaign_id, bounce from events where tenant_id = ${tenantId}`;
  const byContact = Map.groupBy(rows, ({ contactId }) => contactId);
  return new Map([...byContact].map(([id, own]) => [id, own.map(eventText)]));
}

async function wrongNumbers(sql: Sql, tenantId: string, told: ToldStory, sends: number): Promise<string[]> {
  const [stored] = await sql<Record<"events" | "ids" | "both" | "sends", number>[]>`
    select (select count(*) from events where tenant_id = ${tenantId}) as events,
      (select count(*) from event_ids where tenant_id = ${tenantId}) as ids,
      (select count(*) from event_ids i join events e on e.tenant_id = i.tenant_id and e.id = i.id
        where i.tenant_id = ${tenantId}) as both,
      (select count(*) from campaign_sends where tenant_id = ${tenantId}) as sends`;
  const expected = { events: told.events, ids: told.ids, both: told.ids, sends };
  return plain(stored) === plain(expected) ? [] : [`stored are ${plain(stored)}, not ${plain(expected)}`];
}

/** Contacts whose changes of status do not lead from active to the status that they have. */
async function brokenHistories(sql: Sql, tenantId: string): Promise<string[]> {
  const [row] = await sql<{ n: number }[]>`
    select count(distinct contact_id) as n from (
      select c.id as contact_id, s.status
      from contacts c cross join unnest(enum_range(null::contact_status)) as s (status)
        left join status_changes h on h.tenant_id = c.tenant_id and h.contact_id = c.id
          and s.status in (h.from_status, h.to_status)
      where c.tenant_id = ${tenantId}
      group by c.id, c.status, s.status
      having count(*) filter (where h.to_status = s.status) - count(*) filter (where h.from_status = s.status)
        <> (s.status = c.status)::int - (s.status = 'active')::int
    ) broken`;
  return row!.n === 0 ? [] : [`the changes of status of ${row!.n} contacts do not lead to the status`];
}
