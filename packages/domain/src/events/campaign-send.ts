import type { Bounce, ContactEvent, EventType } from "./event.ts";

/** What became of one campaign at one contact. Events that name no campaign share one of these. */
export type CampaignSend = {
  /** null for the one of the events that name none. */
  campaignId: string | null;
  campaignName: string | null;
  /** When the event was that gave the name. */
  namedAt: Date | null;
  /** The hardest of its bounces. */
  bounce: Bounce | null;
  /** The earliest event of any type. */
  firstAt: Date;
} & { [Type in CountedType]: number } & { [Type in TimedType as `${Type}At`]: Date | null };

const countedTypes = ["sent", "delivered", "opened", "clicked", "bounced"] as const;
type CountedType = (typeof countedTypes)[number];
type TimedType = CountedType | "complained" | "unsubscribed";

/** What a campaign adds to a contact's sums, each a number of mails. */
export type SendTotals = { sent: number; delivered: number; opened: number; clicked: number };

/** Whether an event says that a mail was sent. Who leaves may do so on a web page, unless it tells by which campaign. */
export function tellsOfSend({ type, campaignId }: Pick<ContactEvent, "type" | "campaignId">): boolean {
  if (type === "resubscribed") return false;
  return type !== "unsubscribed" || campaignId !== null;
}

/** A send before its first event, which `addToSend` is then told of. */
export function emptySend(campaignId: string | null, firstAt: Date): CampaignSend {
  return {
    campaignId,
    campaignName: null,
    namedAt: null,
    bounce: null,
    firstAt,
    sent: 0,
    delivered: 0,
    opened: 0,
    clicked: 0,
    bounced: 0,
    sentAt: null,
    deliveredAt: null,
    openedAt: null,
    clickedAt: null,
    bouncedAt: null,
    complainedAt: null,
    unsubscribedAt: null,
  };
}

/**
 * Adds an event, in place. In whatever order events come, the outcome is the same: counts add up, of times the earliest
 * stays, of names the one that was given last (of two at the same time the greater).
 * @param event one that tells of a send, of this campaign
 */
export function addToSend(send: CampaignSend, { type, at, bounce, campaignName }: ContactEvent): void {
  if (type === "resubscribed") return;
  if (at < send.firstAt) send.firstAt = at;
  if (type !== "complained" && type !== "unsubscribed") send[type]++;
  const timed = `${type}At` as const;
  const known = send[timed];
  if (known === null || at < known) send[timed] = at;
  if (bounce === "hard" || send.bounce === null) send.bounce = bounce ?? send.bounce;
  if (campaignName === null) return;
  const { namedAt, campaignName: former } = send;
  const wins =
    namedAt === null || former === null || at > namedAt || (+at === +namedAt && campaignName > former);
  if (!wins) return;
  send.campaignName = campaignName;
  send.namedAt = at;
}

/**
 * The mails that a send stands for. A campaign is one mail, however often its events say so, and whoever opened, clicked
 * or complained got it. Without a campaign nothing tells mails apart: each `sent` counts as one, and no more can be opened
 * or clicked than were sent.
 */
export function sendTotals(send: CampaignSend): SendTotals {
  const arrived = send.opened > 0 || send.clicked > 0 || send.complainedAt !== null ? 1 : 0;
  const mails = send.campaignId === null ? Math.max(1, send.sent, send.delivered, send.bounced) : 1;
  return {
    sent: mails,
    delivered: Math.min(mails, Math.max(send.delivered, arrived)),
    opened: Math.min(mails, send.opened),
    clicked: Math.min(mails, send.clicked),
  };
}

/** When a campaign was sent; where nobody told, the earliest that is known of it. */
export function sentTime({ sentAt, firstAt }: Pick<CampaignSend, "sentAt" | "firstAt">): Date {
  return sentAt ?? firstAt;
}

/** The types of which a send keeps counts, and those of which it keeps the first time. */
export const sendCounts: readonly CountedType[] = countedTypes;
export const sendTimes: readonly TimedType[] = [
  ...countedTypes,
  "complained",
  "unsubscribed",
] satisfies EventType[];
