import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CampaignSend, sentTime } from "./campaign-send.ts";
import {
  activityHalfLife,
  addEvent,
  type Engagement,
  type EngagementHistory,
  noEngagement,
  softBouncesKept,
} from "./engagement.ts";
import { type ContactEvent, EventType } from "./event.ts";

const day = 86_400_000;
const start = Date.parse("2026-04-15T10:00:00Z");
const on = (days: number) => new Date(start + days * day);

function happened(type: EventType, days: number, about: Partial<ContactEvent> = {}): ContactEvent {
  const bounce = type === "bounced" ? "soft" : null;
  return { type, at: on(days), campaignId: "c1", campaignName: null, bounce, ...about };
}

/** Adds events in portions; between two portions nothing is left but what a store would keep. */
function historyOf(portions: readonly (readonly ContactEvent[])[]): EngagementHistory {
  let history: EngagementHistory = { engagement: noEngagement, sends: new Map() };
  for (const portion of portions) {
    history = structuredClone(history);
    for (const event of portion) addEvent(history, event);
  }
  return history;
}

const engagementOf = (...events: ContactEvent[]) => historyOf([events]).engagement;

const event: fc.Arbitrary<ContactEvent> = fc
  .record({
    type: fc.constantFrom(...EventType.options),
    // Few times, so that events meet.
    at: fc.integer({ min: 0, max: 40 }).map((n) => on(n / 4)),
    campaignId: fc.constantFrom(null, "c1", "c2", "c3"),
    campaignName: fc.constantFrom(null, "Spring", "Autumn"),
    soft: fc.boolean(),
  })
  .map(({ soft, ...rest }) => ({
    ...rest,
    bounce: rest.type === "bounced" ? (soft ? "soft" : "hard") : null,
  }));

/** The same events in another order, cut into portions at other places. */
const twoOrders = fc.array(event, { maxLength: 60 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    shuffled: fc.shuffledSubarray(events, { minLength: events.length }),
    cuts: fc.array(fc.nat(events.length), { maxLength: 6 }),
  }),
);

function cut<T>(items: readonly T[], at: readonly number[]): T[][] {
  const borders = [0, ...at.toSorted((a, b) => a - b), items.length];
  return borders.slice(1).map((border, i) => items.slice(borders[i], border));
}

const byCampaign = (sends: Map<string | null, CampaignSend>) =>
  [...sends.values()].toSorted((a, b) => ((a.campaignId ?? "") < (b.campaignId ?? "") ? -1 : 1));

test("in whatever order and portions events come, they come to the same", () => {
  fc.assert(
    fc.property(twoOrders, ({ events, shuffled, cuts }) => {
      const one = historyOf([events]);
      const other = historyOf(cut(shuffled, cuts));
      const { activity, ...exact } = one.engagement;
      const { activity: otherActivity, ...otherExact } = other.engagement;
      expect(otherExact).toEqual(exact);
      expect(otherActivity).toBeCloseTo(activity, 9);
      expect(byCampaign(other.sends)).toEqual(byCampaign(one.sends));
    }),
  );
});

test("no more mails are delivered, opened or clicked than were sent, and no event lowers a number of them", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let before: Engagement = noEngagement;
      const history: EngagementHistory = { engagement: noEngagement, sends: new Map() };
      for (const event of events) {
        addEvent(history, event);
        const { engagement } = history;
        for (const key of ["delivered", "opened", "clicked"] as const) {
          expect(engagement[key]).toBeLessThanOrEqual(engagement.sent);
          expect(engagement[key]).toBeGreaterThanOrEqual(before[key]);
        }
        before = engagement;
      }
    }),
  );
});

test("a campaign is one mail, however often its events say so", () => {
  const opened = engagementOf(
    happened("sent", 0),
    happened("sent", 0),
    happened("delivered", 0),
    happened("opened", 1),
    happened("opened", 2),
    happened("clicked", 2),
  );
  expect(opened).toMatchObject({ sent: 1, delivered: 1, opened: 1, clicked: 1 });
  expect(opened.lastOpenedAt).toEqual(on(2));
});

test("whoever opened a mail was sent it and got it, although nobody said so", () => {
  expect(engagementOf(happened("opened", 1))).toMatchObject({ sent: 1, delivered: 1, opened: 1, clicked: 0 });
  const { sends } = historyOf([[happened("opened", 1), happened("opened", 3)]]);
  expect(sentTime(sends.get("c1")!)).toEqual(on(1));
});

test("without a campaign each mail that was sent counts", () => {
  const loose = { campaignId: null };
  const engagement = engagementOf(
    happened("sent", 0, loose),
    happened("sent", 1, loose),
    happened("opened", 2, loose),
    happened("opened", 2, loose),
    happened("opened", 3, loose),
  );
  expect(engagement).toMatchObject({ sent: 2, opened: 2 });
});

test("who leaves or comes back without naming a campaign was sent nothing by that", () => {
  const engagement = engagementOf(
    happened("unsubscribed", 1, { campaignId: null }),
    happened("resubscribed", 2, { campaignId: null }),
  );
  expect(engagement).toEqual({
    ...noEngagement,
    lastUnsubscribedAt: on(1),
    lastResubscribedAt: on(2),
  });
});

describe("soft bounces in a row", () => {
  const bounced = (days: number) => happened("bounced", days);

  test("count from the last delivery on, by the time of the events", () => {
    expect(engagementOf(bounced(1), bounced(2), bounced(3)).softBounces).toBe(3);
    expect(engagementOf(bounced(1), happened("delivered", 2), bounced(3)).softBounces).toBe(1);
  });

  test("are divided by a delivery that is told late", () => {
    expect(engagementOf(bounced(1), bounced(3), bounced(4), happened("delivered", 2)).softBounces).toBe(2);
  });

  test("of which one is told late count only where it lies behind the last delivery", () => {
    expect(engagementOf(happened("delivered", 5), bounced(4)).softBounces).toBe(0);
  });

  test("are not interrupted by an open of an older mail, nor do hard ones count", () => {
    const engagement = engagementOf(
      bounced(1),
      happened("opened", 2),
      happened("bounced", 3, { bounce: "hard" }),
    );
    expect(engagement.softBounces).toBe(1);
  });

  test("are kept up to a number", () => {
    const many = Array.from({ length: softBouncesKept + 5 }, (_, n) => bounced(n));
    expect(engagementOf(...many).softBounces).toBe(softBouncesKept);
  });
});

test("an open of half a year ago hardly counts in the activity of today", () => {
  const { activity, activityAt } = engagementOf(
    happened("opened", 0),
    happened("clicked", 30),
    happened("opened", 30),
  );
  expect(activity).toBeCloseTo(2.5, 12);
  expect(activityAt).toEqual(on(30));
  expect(activityHalfLife).toBe(30 * day);
});
