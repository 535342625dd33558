import type { Contact } from "@roster/domain/contacts/contact.ts";
import type { StatusChange } from "@roster/domain/contacts/upsert.ts";
import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import { addEvent, type EngagementHistory, noEngagement } from "@roster/domain/events/engagement.ts";
import type { ReportedEvent } from "@roster/domain/events/event-input.ts";
import { statusAfterEvent } from "@roster/domain/events/event-status.ts";
import type { ContactChange } from "@roster/store/contacts/contact-write.ts";
import type { StoredEngagement } from "@roster/store/events/engagement.ts";
import type { SendChange } from "@roster/store/events/send-write.ts";

/** An event of a known contact. */
export type KnownEvent = { at: number; id: string; contactId: string; reported: ReportedEvent };

/** What is stored about the contacts of events. */
export type StoredAudience = {
  engagement: ReadonlyMap<string, StoredEngagement>;
  sends: ReadonlyMap<string, readonly CampaignSend[]>;
  /** Those whose status an event may change. */
  contacts: ReadonlyMap<string, Contact>;
  leftAt: ReadonlyMap<string, Date>;
};

/** What events come to. */
export type EventEffects = {
  histories: Map<string, EngagementHistory>;
  sends: SendChange[];
  updated: ContactChange[];
  statusChanges: (StatusChange & { sourceId: string })[];
};

/** Adds events to what is stored about their contacts. @param softBounceLimit so many in a row count as a bounce */
export function playEvents(
  fresh: readonly KnownEvent[],
  stored: StoredAudience,
  softBounceLimit: number,
): EventEffects {
  const { engagement, sends } = stored;
  const effects: EventEffects = { histories: new Map(), sends: [], updated: [], statusChanges: [] };
  for (const [contactId, events] of Map.groupBy(fresh, ({ contactId }) => contactId)) {
    const known = sends.get(contactId) ?? [];
    const history: EngagementHistory = {
      engagement: engagement.get(contactId)?.engagement ?? noEngagement,
      sends: new Map(known.map((send) => [send.campaignId, send])),
    };
    if (events.length > 1) events.sort((a, b) => +a.reported.event.at - +b.reported.event.at);
    playContact(contactId, events, history, { stored, softBounceLimit }, effects);
    effects.histories.set(contactId, history);
    const campaigns = new Set(events.map(({ reported }) => reported.event.campaignId));
    for (const campaignId of campaigns) {
      const send = history.sends.get(campaignId);
      if (send !== undefined) effects.sends.push({ contactId, send, isKnown: known.includes(send) });
    }
  }
  return effects;
}

/** In the order in which things happened, as far as that is known. */
function playContact(
  contactId: string,
  events: readonly KnownEvent[],
  history: EngagementHistory,
  { stored, softBounceLimit }: { stored: StoredAudience; softBounceLimit: number },
  effects: EventEffects,
): void {
  const before = stored.contacts.get(contactId);
  let now = before;
  for (const { id, reported } of events) {
    addEvent(history, reported.event);
    if (now === undefined) continue;
    const next = statusAfterEvent(now.status, reported.event, {
      engagement: history.engagement,
      softBounceLimit,
      leftAt: stored.leftAt.get(contactId) ?? null,
    });
    if (next === null) continue;
    const { status, reason } = next;
    effects.statusChanges.push({
      contactId,
      from: now.status,
      to: status,
      reason,
      sourceId: reported.id ?? id,
    });
    now = { ...now, status, version: now.version + 1 };
  }
  if (before !== undefined && now !== undefined && now !== before) {
    effects.updated.push({ before, after: now });
  }
}
