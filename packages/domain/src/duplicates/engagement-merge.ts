import { type CampaignSend, emptySend, sendCounts, sendTimes, sendTotals } from "../events/campaign-send.ts";
import {
  decayed,
  type Engagement,
  type EngagementHistory,
  keptSoftBounces,
  noEngagement,
} from "../events/engagement.ts";

/**
 * The history of a contact that others were merged into: what it would be had all their events been its own, but for
 * rounding in `activity`. A campaign that several had is one mail, as one that was sent twice to one of them would be.
 */
export function mergeHistories(histories: readonly EngagementHistory[]): EngagementHistory {
  const sends = new Map<string | null, CampaignSend>();
  for (const history of histories) {
    for (const [campaignId, send] of history.sends) {
      const known = sends.get(campaignId);
      sends.set(campaignId, known === undefined ? send : mergeSends(known, send));
    }
  }
  const engagement = histories.map((history) => history.engagement).reduce(mergeTimes, noEngagement);
  for (const send of sends.values()) {
    const totals = sendTotals(send);
    engagement.sent += totals.sent;
    engagement.delivered += totals.delivered;
    engagement.opened += totals.opened;
    engagement.clicked += totals.clicked;
  }
  return { engagement, sends };
}

/** Two histories of one campaign as one: counts add up, of times the earliest stays, of names the one given last. */
export function mergeSends(a: CampaignSend, b: CampaignSend): CampaignSend {
  const merged = emptySend(a.campaignId, new Date(Math.min(+a.firstAt, +b.firstAt)));
  for (const type of sendCounts) merged[type] = a[type] + b[type];
  for (const type of sendTimes) merged[`${type}At`] = earliest(a[`${type}At`], b[`${type}At`]);
  merged.bounce = a.bounce === "hard" || b.bounce === null ? a.bounce : b.bounce;
  const named = namedLater(a, b) ? a : b;
  merged.campaignName = named.campaignName;
  merged.namedAt = named.namedAt;
  return merged;
}

function namedLater(a: CampaignSend, b: CampaignSend): boolean {
  if (a.namedAt === null || b.namedAt === null) return a.namedAt !== null;
  if (+a.namedAt !== +b.namedAt) return a.namedAt > b.namedAt;
  return (a.campaignName ?? "") >= (b.campaignName ?? "");
}

/** All but the numbers of mails, which the sends tell. */
function mergeTimes(a: Engagement, b: Engagement): Engagement {
  const lastDeliveredAt = latest(a.lastDeliveredAt, b.lastDeliveredAt);
  const softBouncedAt = keptSoftBounces([...a.softBouncedAt, ...b.softBouncedAt], lastDeliveredAt);
  return {
    ...noEngagement,
    lastDeliveredAt,
    softBouncedAt,
    softBounces: softBouncedAt.length,
    firstSentAt: earliest(a.firstSentAt, b.firstSentAt),
    lastSentAt: latest(a.lastSentAt, b.lastSentAt),
    lastOpenedAt: latest(a.lastOpenedAt, b.lastOpenedAt),
    lastClickedAt: latest(a.lastClickedAt, b.lastClickedAt),
    lastUnsubscribedAt: latest(a.lastUnsubscribedAt, b.lastUnsubscribedAt),
    lastResubscribedAt: latest(a.lastResubscribedAt, b.lastResubscribedAt),
    ...mergeActivity(a, b),
  };
}

function mergeActivity(a: Engagement, b: Engagement): Pick<Engagement, "activity" | "activityAt"> {
  const activityAt = latest(a.activityAt, b.activityAt);
  if (activityAt === null) return { activity: 0, activityAt };
  const worth = (part: Engagement) =>
    part.activityAt === null ? 0 : decayed(part.activity, +activityAt - +part.activityAt);
  return { activity: worth(a) + worth(b), activityAt };
}

function earliest(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function latest(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
