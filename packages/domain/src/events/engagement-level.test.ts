import { expect, test } from "vitest";
import { TenantSettings } from "../accounts/tenant-settings.ts";
import { noEngagement } from "./engagement.ts";
import { engagementLevel, lastEngagedAt } from "./engagement-level.ts";

const now = new Date("2026-04-15T10:00:00Z");
const ago = (days: number) => new Date(+now - days * 86_400_000);
const settings = TenantSettings.parse({});

function level(engagement: Partial<typeof noEngagement>, created: Date, given = settings) {
  return engagementLevel({ ...noEngagement, ...engagement }, created, now, given);
}

test("who opened or clicked within 30 days is active, within 180 passive, later dormant", () => {
  const old = ago(1000);
  expect(level({ lastOpenedAt: ago(30) }, old)).toBe("active");
  expect(level({ lastOpenedAt: ago(31) }, old)).toBe("passive");
  expect(level({ lastOpenedAt: ago(100), lastClickedAt: ago(3) }, old)).toBe("active");
  expect(level({ lastClickedAt: ago(180) }, old)).toBe("passive");
  expect(level({ lastClickedAt: ago(181) }, old)).toBe("dormant");
});

test("who never did is passive for the first 30 days, or since the first mail", () => {
  expect(level({}, ago(30))).toBe("passive");
  expect(level({}, ago(31))).toBe("dormant");
  expect(level({ firstSentAt: ago(2) }, ago(300))).toBe("passive");
  expect(level({ lastOpenedAt: ago(200), firstSentAt: ago(2) }, ago(2))).toBe("dormant");
});

test("a tenant can say otherwise", () => {
  const given = TenantSettings.parse({ activeDays: 7, passiveDays: 14 });
  expect(level({ lastOpenedAt: ago(8) }, ago(1), given)).toBe("passive");
  expect(level({ lastOpenedAt: ago(15) }, ago(1), given)).toBe("dormant");
  expect(TenantSettings.safeParse({ activeDays: 31, passiveDays: 30 }).success).toBe(false);
});

test("the last engagement is the later of the last open and the last click", () => {
  expect(lastEngagedAt(noEngagement)).toBeNull();
  expect(lastEngagedAt({ lastOpenedAt: ago(2), lastClickedAt: null })).toEqual(ago(2));
  expect(lastEngagedAt({ lastOpenedAt: ago(2), lastClickedAt: ago(1) })).toEqual(ago(1));
});
