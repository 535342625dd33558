import { z } from "zod";
import type { Engagement } from "../events/engagement.ts";

/** How engaged somebody is, in a word; from the highest. */
export const Tier = z.enum(["champion", "loyal", "potential", "at_risk", "dormant"]);
export type Tier = z.infer<typeof Tier>;

/** The scores that each tier has, both ends among them. */
export const tierScores = {
  champion: { from: 80, to: 100 },
  loyal: { from: 60, to: 79 },
  potential: { from: 40, to: 59 },
  at_risk: { from: 20, to: 39 },
  dormant: { from: 0, to: 19 },
} as const satisfies Record<Tier, { from: number; to: number }>;

/** The tier of a score, a whole number 0–100. */
export function tierOf(score: number): Tier {
  return Tier.options.find((tier) => score >= tierScores[tier].from) ?? "dormant";
}

/**
 * The scores that contacts of these tiers, or of any, with at least this score may have: the fewest ranges, the highest first;
 * none where nobody can.
 */
export function wantedScores(
  tiers: readonly Tier[] | undefined,
  minScore = 0,
): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const tier of Tier.options) {
    if (tiers?.includes(tier) === false) continue;
    const { from, to } = tierScores[tier];
    if (to < minScore) continue;
    const last = ranges.at(-1);
    if (last?.from === to + 1) last.from = Math.max(from, minScore);
    else ranges.push({ from: Math.max(from, minScore), to });
  }
  return ranges;
}

/** What a score is made of. Times are milliseconds since 1970. */
export type ScoreFacts = {
  /** Numbers of sends: those that went out, arrived, were opened and were clicked at least once. */
  sent: number;
  delivered: number;
  opened: number;
  clicked: number;
  lastOpenedAt: number | null;
  lastClickedAt: number | null;
  /** The opens and clicks, each worth half after 30 days, as they add up at `activityAt`. */
  activity: number;
  activityAt: number | null;
};

/** What of a contact's engagement its score is made of. */
export function scoreFacts({ sent, delivered, opened, clicked, activity, ...times }: Engagement): ScoreFacts {
  const { lastOpenedAt, lastClickedAt, activityAt } = times;
  return {
    ...{ sent, delivered, opened, clicked, activity },
    lastOpenedAt: lastOpenedAt?.getTime() ?? null,
    lastClickedAt: lastClickedAt?.getTime() ?? null,
    activityAt: activityAt?.getTime() ?? null,
  };
}

/** Why a score is what it is. */
export type ScoreFactors = {
  /** The parts of the sends that were opened and clicked, 0–1, to two decimals. */
  openRate: number;
  clickRate: number;
  /** Whole days since the last open or click, as `3d`; null without any. */
  recency: string | null;
  frequency: Frequency;
};

export const Frequency = z.enum(["high", "medium", "low", "none"]);
export type Frequency = z.infer<typeof Frequency>;

export type Score = { score: number; tier: Tier; factors: ScoreFactors };

const dayMs = 86_400_000;

/** What each part gives at most; together 100. `docs/scoring.md` has the reasons of all these numbers. */
const weights = { open: 35, click: 20, recency: 25, frequency: 20 } as const;
/** So many sends that nobody opened are taken to have been there: one open of one mail is not yet a rate of 100 %. */
const doubtfulSends = 2;
/** Days after which the last open or click counts for half, and after which rates do that nothing new bears out. */
const recencyHalfLife = 30;
const rateHalfLife = 180;
/** Days after which an open or click counts for half in `activity`. */
const activityHalfLife = 30;
/** The activity of somebody who opens something each week is above 4, of somebody who does so each month around 1. */
const activityOf = { high: 4, medium: 1, low: 1 / 8 } as const;
/** The score of somebody about whom nothing is known; it halves with so many sends that nothing came of. */
const unknown = 50;
const unknownHalfLife = 4;

/** The score of every contact that has no events, without rules. */
export const scoreWithoutEvents = unknown;

/**
 * How engaged a contact is, from 0 to 100, and why. More opens or clicks, or more recent ones, never lower it, and time
 * without any never raises it; rules may take it anywhere.
 * @param facts null for somebody without events
 * @param deltas what the matching rules add, in the order in which they are applied; it stays within 0–100 after each
 * @param now milliseconds since 1970
 */
export function scoreOf(facts: ScoreFacts | null, deltas: readonly number[], now: number): Score {
  const score = scoreNumber(facts, deltas, now);
  return { score, tier: tierOf(score), factors: factorsOf(facts, now) };
}

/** As `scoreOf`, the number alone: a rescore computes millions of them. */
export function scoreNumber(facts: ScoreFacts | null, deltas: readonly number[], now: number): number {
  let score = Math.round(
    facts === null ? unknown : Math.max(engagedScore(facts, now), benefitOfDoubt(facts)),
  );
  for (const delta of deltas) score = Math.max(0, Math.min(100, score + delta));
  return score;
}

function engagedScore(facts: ScoreFacts, now: number): number {
  const last = lastEngagement(facts);
  if (last === null) return 0;
  const sends = sendsOf(facts) + doubtfulSends;
  const age = daysBetween(last, now);
  // The root: from 0 to 10 % of the mails is a longer way than from 60 to 70 %.
  const rates =
    weights.open * Math.sqrt(rate(opensOf(facts), sends)) +
    weights.click * Math.sqrt(rate(facts.clicked, sends));
  const frequency = Math.min(1, activityAt(facts, now) / activityOf.high);
  return (
    rates * halved(age, rateHalfLife) +
    weights.recency * halved(age, recencyHalfLife) +
    weights.frequency * frequency
  );
}

function benefitOfDoubt(facts: ScoreFacts): number {
  return unknown * halved(sendsOf(facts), unknownHalfLife);
}

function factorsOf(facts: ScoreFacts | null, now: number): ScoreFactors {
  if (facts === null) return { openRate: 0, clickRate: 0, recency: null, frequency: "none" };
  const last = lastEngagement(facts);
  const sends = sendsOf(facts);
  const activity = activityAt(facts, now);
  return {
    openRate: twoDecimals(rate(opensOf(facts), sends)),
    clickRate: twoDecimals(rate(facts.clicked, sends)),
    recency: last === null ? null : `${Math.floor(daysBetween(last, now))}d`,
    frequency: Frequency.options.find((word) => word !== "none" && activity >= activityOf[word]) ?? "none",
  };
}

/** Some providers tell of sends only, others of deliveries only. */
function sendsOf({ sent, delivered }: ScoreFacts): number {
  return Math.max(sent, delivered);
}

/** Whoever clicked has opened, also where the pictures were not loaded that tell of it. */
function opensOf({ opened, clicked }: ScoreFacts): number {
  return Math.max(opened, clicked);
}

function lastEngagement({ lastOpenedAt, lastClickedAt }: ScoreFacts): number | null {
  if (lastOpenedAt === null) return lastClickedAt;
  return lastClickedAt === null ? lastOpenedAt : Math.max(lastOpenedAt, lastClickedAt);
}

function activityAt(facts: ScoreFacts, now: number): number {
  return facts.activityAt === null
    ? 0
    : facts.activity * halved(daysBetween(facts.activityAt, now), activityHalfLife);
}

/** Clocks differ: what is said to happen yet counts as happening now. */
function daysBetween(then: number, now: number): number {
  return Math.max(0, now - then) / dayMs;
}

function halved(by: number, halfLife: number): number {
  return 2 ** (-by / halfLife);
}

/** Opens without a send are known where a provider tells of opens alone. */
function rate(n: number, of: number): number {
  return of === 0 ? Math.min(1, n) : Math.min(1, n / of);
}

function twoDecimals(n: number): number {
  return Math.round(n * 100) / 100;
}
