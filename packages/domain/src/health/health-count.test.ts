import fc from "fast-check";
import { expect, it } from "vitest";
import { Status } from "../contacts/status.ts";
import { countVerdict, HealthCounts, healthScore, noHealthCounts } from "./health-count.ts";
import { HealthClass } from "./list-health.ts";

const verdict = (found: HealthClass) => ({ class: found, reasons: [], suggestion: null });
const listOf = (members: readonly (readonly [Status, HealthClass])[]) => {
  const counts = noHealthCounts();
  for (const [status, found] of members) countVerdict(counts, status, verdict(found));
  return counts;
};
const member = fc.tuple(fc.constantFrom(...Status.options), fc.constantFrom(...HealthClass.options));
const list = fc.array(member, { maxLength: 40 });

it("the score of some lists", () => {
  const four = (found: HealthClass) => Array.from({ length: 4 }, () => ["active", found] as const);
  expect(healthScore(noHealthCounts())).toBe(100);
  expect(healthScore(listOf(four("healthy")))).toBe(100);
  expect(healthScore(listOf([...four("healthy"), ...four("invalid")]))).toBe(50);
  expect(healthScore(listOf([...four("healthy"), ...four("unengaged")]))).toBe(75);
  expect(healthScore(listOf([...four("risky")]))).toBe(50);
  expect(healthScore(listOf([...four("healthy"), ["bounced", "healthy"]]))).toBe(80);
  expect(healthScore(listOf([...four("healthy"), ["complained", "healthy"]]))).toBe(80);
  expect(healthScore(listOf([...four("healthy"), ["unsubscribed", "invalid"]]))).toBe(100);
});

it("the score is whole, from 0 to 100, and 100 only where nothing was found among those who matter", () => {
  fc.assert(
    fc.property(list, (members) => {
      const score = healthScore(listOf(members));
      expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
      const flawless = members.every(
        ([status, found]) => status === "unsubscribed" || (status === "active" && found === "healthy"),
      );
      expect(score === 100).toBe(flawless);
    }),
  );
});

it("nobody who gets worse raises it", () => {
  const worse: readonly (readonly [Status, HealthClass])[] = [
    ["active", "healthy"],
    ["active", "unengaged"],
    ["active", "invalid"],
    ["bounced", "invalid"],
  ];
  fc.assert(
    fc.property(list, fc.nat(3), fc.nat(3), (members, a, b) => {
      const [better, lesser] = [Math.min(a, b), Math.max(a, b)].map((at) => worse[at]!);
      expect(healthScore(listOf([...members, better!]))).toBeGreaterThanOrEqual(
        healthScore(listOf([...members, lesser!])),
      );
    }),
  );
});

it("counts are read back from JSON as they were", () => {
  fc.assert(
    fc.property(list, (members) => {
      const counts = listOf(members);
      expect(HealthCounts.parse(JSON.parse(JSON.stringify(counts)))).toEqual(counts);
    }),
  );
});
