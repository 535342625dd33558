import fc from "fast-check";
import { expect, test } from "vitest";
import type { CampaignSend } from "../events/campaign-send.ts";
import { addEvent, type EngagementHistory, noEngagement } from "../events/engagement.ts";
import { type ContactEvent, EventType } from "../events/event.ts";
import { mergeHistories } from "./engagement-merge.ts";

const start = Date.parse("2026-04-15T10:00:00Z");

const event: fc.Arbitrary<ContactEvent> = fc
  .record({
    type: fc.constantFrom(...EventType.options),
    // Few times, so that events of two contacts meet.
    at: fc.integer({ min: 0, max: 60 }).map((n) => new Date(start + n * 21_600_000)),
    campaignId: fc.constantFrom(null, "c1", "c2"),
    campaignName: fc.constantFrom(null, "Spring", "Autumn"),
    soft: fc.boolean(),
  })
  .map(({ soft, ...rest }) => ({
    ...rest,
    bounce: rest.type === "bounced" ? (soft ? "soft" : "hard") : null,
  }));

function historyOf(events: readonly ContactEvent[]): EngagementHistory {
  const history: EngagementHistory = { engagement: noEngagement, sends: new Map() };
  for (const each of events) addEvent(history, each);
  return history;
}

const byCampaign = (sends: Map<string | null, CampaignSend>) =>
  [...sends.values()].toSorted((a, b) => ((a.campaignId ?? "") < (b.campaignId ?? "") ? -1 : 1));

test("the history of those who became one is that of one contact who had all their events", () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 25 }), { maxLength: 4 }), (parts) => {
      const merged = mergeHistories(parts.map(historyOf));
      const one = historyOf(parts.flat());
      const { activity, ...exact } = one.engagement;
      const { activity: mergedActivity, ...mergedExact } = merged.engagement;
      expect(mergedExact).toEqual(exact);
      expect(mergedActivity).toBeCloseTo(activity, 9);
      expect(byCampaign(merged.sends)).toEqual(byCampaign(one.sends));
    }),
  );
});

test("nothing that is merged is changed", () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 10 }), { maxLength: 3 }), (parts) => {
      const histories = parts.map(historyOf);
      const before = structuredClone(histories);
      mergeHistories(histories);
      expect(histories).toEqual(before);
    }),
  );
});
