import { addToSend, type CampaignSend, emptySend, sendTotals, tellsOfSend } from "./campaign-send.ts";
import type { ContactEvent } from "./event.ts";

/** What a contact's events come to. Whoever never had one has `noEngagement`. */
export type Engagement = {
  /** Mails, not events: see `sendTotals`. */
  sent: number;
  delivered: number;
  opened: number;
  clicked: number;
  /** How many in a row by the time of the events, without a delivery between; counted up to `softBouncesKept`. */
  softBounces: number;
  /** When they were, oldest first. */
  softBouncedAt: readonly Date[];
  firstSentAt: Date | null;
  lastSentAt: Date | null;
  lastDeliveredAt: Date | null;
  lastOpenedAt: Date | null;
  lastClickedAt: Date | null;
  lastUnsubscribedAt: Date | null;
  lastResubscribedAt: Date | null;
  /** Opens and clicks, each counting half as much for every `activityHalfLife` that it lies before `activityAt`. */
  activity: number;
  activityAt: Date | null;
};

/** The engagement of somebody without events. */
export const noEngagement: Engagement = {
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  softBounces: 0,
  softBouncedAt: [],
  firstSentAt: null,
  lastSentAt: null,
  lastDeliveredAt: null,
  lastOpenedAt: null,
  lastClickedAt: null,
  lastUnsubscribedAt: null,
  lastResubscribedAt: null,
  activity: 0,
  activityAt: null,
};

/** 30 days in ms: what somebody did a month ago says half as much about him as what he does today. */
export const activityHalfLife = 30 * 86_400_000;

/** The latest soft bounces whose times are kept: more than the largest number after which a contact counts as bounced. */
export const softBouncesKept = 20;

/** A contact's engagement with the campaigns that it has had. */
export type EngagementHistory = {
  engagement: Engagement;
  /** By campaign; null for the events that name none. Changed in place. */
  sends: Map<string | null, CampaignSend>;
};

/**
 * Adds an event, in place. Events may come in any order and in any portions: the outcome is the same, but for rounding in
 * `activity`.
 */
export function addEvent(history: EngagementHistory, event: ContactEvent): void {
  const engagement = { ...history.engagement };
  if (tellsOfSend(event)) {
    let send = history.sends.get(event.campaignId);
    const before = send === undefined ? null : sendTotals(send);
    if (send === undefined) {
      send = emptySend(event.campaignId, event.at);
      history.sends.set(event.campaignId, send);
    }
    addToSend(send, event);
    const after = sendTotals(send);
    engagement.sent += after.sent - (before?.sent ?? 0);
    engagement.delivered += after.delivered - (before?.delivered ?? 0);
    engagement.opened += after.opened - (before?.opened ?? 0);
    engagement.clicked += after.clicked - (before?.clicked ?? 0);
  }
  addTimes(engagement, event);
  history.engagement = engagement;
}

function addTimes(engagement: Engagement, { type, at, bounce }: ContactEvent): void {
  switch (type) {
    case "sent":
      addSent(engagement, at);
      break;
    case "delivered":
      addSent(engagement, at);
      engagement.lastDeliveredAt = latest(engagement.lastDeliveredAt, at);
      keepSoftBounces(engagement, engagement.softBouncedAt);
      break;
    case "bounced":
      addSent(engagement, at);
      if (bounce === "soft") keepSoftBounces(engagement, [...engagement.softBouncedAt, at]);
      break;
    case "opened":
      engagement.lastOpenedAt = latest(engagement.lastOpenedAt, at);
      addActivity(engagement, at);
      break;
    case "clicked":
      engagement.lastClickedAt = latest(engagement.lastClickedAt, at);
      addActivity(engagement, at);
      break;
    case "unsubscribed":
      engagement.lastUnsubscribedAt = latest(engagement.lastUnsubscribedAt, at);
      break;
    case "resubscribed":
      engagement.lastResubscribedAt = latest(engagement.lastResubscribedAt, at);
      break;
    case "complained":
      break;
  }
}

function addSent(engagement: Engagement, at: Date): void {
  engagement.firstSentAt =
    engagement.firstSentAt === null || at < engagement.firstSentAt ? at : engagement.firstSentAt;
  engagement.lastSentAt = latest(engagement.lastSentAt, at);
}

function latest(known: Date | null, at: Date): Date {
  return known === null || at > known ? at : known;
}

function keepSoftBounces(engagement: Engagement, times: readonly Date[]): void {
  engagement.softBouncedAt = keptSoftBounces(times, engagement.lastDeliveredAt);
  engagement.softBounces = engagement.softBouncedAt.length;
}

/**
 * Those behind the last delivery, the latest of them, in order. A bounce that is dropped here would be dropped in any other order
 * too: the last delivery only gets later, and whoever is not among the latest is not so after more came.
 */
export function keptSoftBounces(times: readonly Date[], lastDeliveredAt: Date | null): Date[] {
  return times
    .filter((at) => lastDeliveredAt === null || at > lastDeliveredAt)
    .sort((a, b) => +a - +b)
    .slice(-softBouncesKept);
}

function addActivity(engagement: Engagement, at: Date): void {
  const { activity, activityAt } = engagement;
  if (activityAt === null || at > activityAt) {
    engagement.activity = decayed(activity, activityAt === null ? 0 : +at - +activityAt) + 1;
    engagement.activityAt = at;
  } else {
    engagement.activity = activity + decayed(1, +activityAt - +at);
  }
}

/** What an activity is worth some time later. @param ms not negative */
export function decayed(activity: number, ms: number): number {
  return activity * 2 ** (-ms / activityHalfLife);
}
