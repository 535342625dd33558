import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ScoreFacts,
  scoreOf,
  scoreWithoutEvents,
  Tier,
  tierOf,
  tierScores,
  wantedScores,
} from "./score.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21);
const facts = (some: Partial<ScoreFacts>): ScoreFacts => ({
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  lastOpenedAt: null,
  lastClickedAt: null,
  activity: 0,
  activityAt: null,
  ...some,
});

const time = fc.integer({ min: now - 2000 * day, max: now + day });
const anyFacts = fc
  .record({
    sent: fc.nat(300),
    delivered: fc.nat(300),
    opened: fc.nat(300),
    clicked: fc.nat(300),
    lastOpenedAt: fc.option(time),
    lastClickedAt: fc.option(time),
    activity: fc.double({ min: 0, max: 50, noNaN: true }),
  })
  .map((some): ScoreFacts => {
    const last = Math.max(some.lastOpenedAt ?? 0, some.lastClickedAt ?? 0);
    return { ...some, activityAt: last === 0 ? null : last };
  });
const deltas = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 5 });

/** What one more open or click at a time makes of the facts, as events do. */
function engagedOnceMore(
  before: ScoreFacts,
  kind: "open" | "click",
  at: number,
  firstOfSend: boolean,
): ScoreFacts {
  const activityAt = Math.max(at, before.activityAt ?? at);
  const halved = (from: number) => 2 ** (-(activityAt - from) / (30 * day));
  return {
    ...before,
    opened: before.opened + (kind === "open" && firstOfSend ? 1 : 0),
    clicked: before.clicked + (kind === "click" && firstOfSend ? 1 : 0),
    ...(kind === "open"
      ? { lastOpenedAt: Math.max(at, before.lastOpenedAt ?? at) }
      : { lastClickedAt: Math.max(at, before.lastClickedAt ?? at) }),
    activity: before.activity * halved(before.activityAt ?? activityAt) + halved(at),
    activityAt,
  };
}

describe("scoreOf", () => {
  it("a reader with an open rate of 71 %, a click rate of 23 % and an open three days ago is a champion", () => {
    const reader = facts({
      sent: 100,
      delivered: 100,
      opened: 71,
      clicked: 23,
      lastOpenedAt: now - 3 * day - 3_600_000,
      activity: 6,
      activityAt: now - 3 * day,
    });
    expect(scoreOf(reader, [], now)).toEqual({
      score: 82,
      tier: "champion",
      factors: { openRate: 0.71, clickRate: 0.23, recency: "3d", frequency: "high" },
    });
  });

  it("somebody without events has a constant score", () => {
    const score = scoreOf(null, [], now);
    expect(score).toEqual(scoreOf(null, [], now + 1000 * day));
    expect(score).toEqual({
      score: scoreWithoutEvents,
      tier: "potential",
      factors: { openRate: 0, clickRate: 0, recency: null, frequency: "none" },
    });
  });

  it.each([
    ["one mail unopened", facts({ sent: 1 }), "potential"],
    ["four mails unopened", facts({ sent: 4 }), "at_risk"],
    ["ten mails unopened", facts({ sent: 10 }), "dormant"],
    [
      "one mail opened yesterday",
      facts({ sent: 1, opened: 1, lastOpenedAt: now - day, activity: 1, activityAt: now - day }),
      "potential",
    ],
    [
      "every mail of a year opened, the last a year ago",
      facts({
        sent: 52,
        opened: 52,
        lastOpenedAt: now - 365 * day,
        activity: 6,
        activityAt: now - 365 * day,
      }),
      "dormant",
    ],
  ])("%s", (_, some, tier) => {
    expect(scoreOf(some, [], now).tier).toBe(tier);
  });

  it("is a whole number from 0 to 100, whatever the rules add, and the factors are within their bounds", () => {
    fc.assert(
      fc.property(fc.option(anyFacts), deltas, time, (some, rules, at) => {
        const { score, tier, factors } = scoreOf(some, rules, at);
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
        expect(tier).toBe(tierOf(score));
        for (const rate of [factors.openRate, factors.clickRate]) expect(rate >= 0 && rate <= 1).toBe(true);
        expect(factors.recency ?? "0d").toMatch(/^\d+d$/);
      }),
    );
  });

  it("one more open or click, whenever it was, never lowers it", () => {
    const kind = fc.constantFrom("open" as const, "click" as const);
    fc.assert(
      fc.property(fc.option(anyFacts), kind, time, fc.boolean(), deltas, (some, kind, at, first, rules) => {
        const more = engagedOnceMore(some ?? facts({}), kind, at, first);
        expect(scoreOf(more, rules, now).score).toBeGreaterThanOrEqual(
          scoreOf(some ?? facts({}), rules, now).score,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("a more recent engagement never lowers it", () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(500 * day), deltas, (some, later, rules) => {
        const moved = {
          ...some,
          lastOpenedAt: some.lastOpenedAt === null ? null : some.lastOpenedAt + later,
          activityAt: some.activityAt === null ? null : some.activityAt + later,
        };
        expect(scoreOf(moved, rules, now).score).toBeGreaterThanOrEqual(scoreOf(some, rules, now).score);
      }),
      { numRuns: 500 },
    );
  });

  it("time without engagement never raises it", () => {
    fc.assert(
      fc.property(fc.option(anyFacts), fc.nat(800 * day), deltas, (some, later, rules) => {
        expect(scoreOf(some, rules, now + later).score).toBeLessThanOrEqual(scoreOf(some, rules, now).score);
      }),
      { numRuns: 500 },
    );
  });

  it("rules add one after the other, and never leave 0–100 on the way", () => {
    expect(scoreOf(null, [60, -20], now).score).toBe(80);
    expect(scoreOf(null, [-20, 60], now).score).toBe(90);
    expect(scoreOf(null, [-100, 5], now).tier).toBe("dormant");
  });
});

describe("wantedScores", () => {
  it("holds exactly the scores of the tiers from the least one on, in ranges that do not touch", () => {
    const tiers = fc.option(fc.subarray(Tier.options), { nil: undefined });
    fc.assert(
      fc.property(tiers, fc.nat(100), (tiers, least) => {
        const ranges = wantedScores(tiers, least);
        for (let score = 0; score <= 100; score++) {
          const wanted = score >= least && (tiers?.includes(tierOf(score)) ?? true);
          expect(ranges.some(({ from, to }) => score >= from && score <= to)).toBe(wanted);
        }
        for (const [i, { from }] of ranges.entries()) expect(ranges[i + 1]?.to ?? -9).toBeLessThan(from - 1);
      }),
    );
  });
});

describe("tierScores", () => {
  it("every score belongs to exactly one tier", () => {
    for (let score = 0; score <= 100; score++) {
      const holders = Tier.options.filter(
        (tier) => score >= tierScores[tier].from && score <= tierScores[tier].to,
      );
      expect(holders).toEqual([tierOf(score)]);
    }
  });
});
