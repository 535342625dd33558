import { TenantSettings } from "@roster/domain/accounts/tenant-settings.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { addEvent, type EngagementHistory, noEngagement } from "@roster/domain/events/engagement.ts";
import type { ContactEvent } from "@roster/domain/events/event.ts";
import { type EventInput, type ReportedEvent, readEvent } from "@roster/domain/events/event-input.ts";
import { statusAfterEvent } from "@roster/domain/events/event-status.ts";
import type { EventStory } from "./event-story.ts";

/** What a story comes to at somebody, by the domain alone, which gets each event once. */
export type ToldPerson = EngagementHistory & { status: Status; events: readonly ContactEvent[] };

export type ToldStory = {
  /** By email; only those to whom something happened. */
  people: ReadonlyMap<string, ToldPerson>;
  /** Rows of the file that fail. */
  failed: number;
  /** Events that count, and those of them that have an id. */
  events: number;
  ids: number;
};

/** That of a tenant that has set nothing. */
const { softBounceLimit } = TenantSettings.parse({});

export function toldStory(story: EventStory): ToldStory {
  const isKnown = new Set(Array.from({ length: story.people }, (_, n) => `p${n}@example.com`));
  const read = (event: EventInput): ReportedEvent | null => {
    const result = readEvent(event, story.now);
    return result.ok && "email" in result.input.contact && isKnown.has(result.input.contact.email)
      ? result.input
      : null;
  };
  const rows = story.rows.map(read);
  const told = [...rows, ...story.posts.flat().map(read)].filter((event) => event !== null);
  const withId = new Map(told.flatMap((event) => (event.id === null ? [] : [[event.id, event] as const])));
  const events = [...withId.values(), ...told.filter(({ id }) => id === null)];
  const byEmail = Map.groupBy(events, ({ contact }) => (contact as { email: string }).email);
  const people = new Map<string, ToldPerson>();
  for (const [email, own] of byEmail) people.set(email, play(own.map(({ event }) => event)));
  const failed = rows.filter((event) => event === null).length;
  return { people, failed, events: events.length, ids: withId.size };
}

function play(events: readonly ContactEvent[]): ToldPerson {
  const history: EngagementHistory = { engagement: noEngagement, sends: new Map() };
  let status: Status = "active";
  for (const event of events.toSorted((a, b) => +a.at - +b.at)) {
    addEvent(history, event);
    const { engagement } = history;
    status = statusAfterEvent(status, event, { engagement, softBounceLimit, leftAt: null })?.status ?? status;
  }
  return { ...history, status, events };
}
