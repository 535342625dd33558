import { describe, expect, it } from "vitest";
import { z } from "zod";
import { byPriority, matchedDeltas, type RuleSubject, ruleFields } from "./scoring-rule.ts";

const Rule = z.strictObject(ruleFields);
const day = 86_400_000;
const now = Date.UTC(2026, 10, 21);

describe("ruleFields", () => {
  it("fills in what is not given, and takes the event's bare name", () => {
    expect(Rule.parse({ name: " Opens ", eventType: "opened", scoreDelta: 5 })).toEqual({
      name: "Opens",
      eventType: "opened",
      description: null,
      condition: {},
      scoreDelta: 5,
      isActive: true,
      priority: 0,
    });
    expect(Rule.parse({ name: "x", eventType: "email.clicked", scoreDelta: 5 }).eventType).toBe("clicked");
  });

  it("reads a condition's short forms and older names", () => {
    const condition = {
      campaign_id: "spring",
      within_days: 30,
      tags: ["vip", "press"],
      "metadata.plan": { in: ["pro"] },
      "metadata.seats": 5,
    };
    expect(Rule.parse({ name: "x", eventType: "opened", scoreDelta: 5, condition }).condition).toEqual({
      campaignId: { equals: "spring" },
      withinDays: 30,
      tags: { in: ["vip", "press"] },
      "metadata.plan": { in: ["pro"] },
      "metadata.seats": { equals: 5 },
    });
    expect(
      Rule.parse({ name: "x", eventType: "opened", scoreDelta: 5, condition: { tags: "vip" } }),
    ).toMatchObject({
      condition: { tags: { contains: "vip" } },
    });
  });

  it.each([
    [{ eventType: "email.forwarded" }, ["eventType"]],
    [{ eventType: 5 }, ["eventType"]],
    [{ scoreDelta: 0 }, ["scoreDelta"]],
    [{ scoreDelta: 1.5 }, ["scoreDelta"]],
    [{ scoreDelta: 101 }, ["scoreDelta"]],
    [{ name: " " }, ["name"]],
    [{ name: "\0" }, ["name"]],
    [{ condition: { withinDays: 0 } }, ["condition.withinDays"]],
    [{ condition: { withinDays: -1 } }, ["condition.withinDays"]],
    [{ condition: { campaignId: [] } }, ["condition.campaignId.in"]],
    [{ condition: { campaignId: {} } }, ["condition.campaignId"]],
    [{ condition: { campaignId: { greater_than: 5 } } }, ["condition.campaignId"]],
    [{ condition: { campaignId: "a", campaign_id: "b" } }, ["condition.campaign_id"]],
    [{ condition: { tags: { contains: "vip", not_contains: "vip" } } }, ["condition.tags"]],
    [{ condition: { "metadata.plan": { equals: "pro", in: ["free"] } } }, ["condition.metadata.plan"]],
    [{ condition: { "metadata.n": { greater_than: 9, less_than: 5 } } }, ["condition.metadata.n"]],
    [{ condition: { "metadata.n": { before: "soon" } } }, ["condition.metadata.n.before"]],
    [{ condition: { "metadata.": 5 } }, ["condition.metadata."]],
    [{ condition: { country: "PT" } }, ["condition.country"]],
    [{ condition: [] }, ["condition"]],
    [{ condition: null }, ["condition"]],
    [{ condition: { "metadata.a": null } }, ["condition.metadata.a"]],
    [{ priority: 2 ** 31 }, ["priority"]],
  ])("refuses %j", (some, fields) => {
    const read = Rule.safeParse({ name: "x", eventType: "opened", scoreDelta: 5, ...some });
    expect(read.error?.issues.map(({ path }) => path.join("."))).toEqual(fields);
  });
});

describe("matchedDeltas", () => {
  const subject: RuleSubject = {
    events: [
      { type: "opened", campaignId: "spring", at: now - 10 * day },
      { type: "clicked", campaignId: null, at: now - 100 * day },
    ],
    tags: ["vip"],
    attributes: { plan: "pro", seats: "12" },
  };
  const deltas = (...rules: object[]) =>
    matchedDeltas(
      rules.map((rule) => Rule.parse({ name: "x", eventType: "opened", scoreDelta: 5, ...rule })),
      subject,
      now,
    );

  it.each([
    [{}, true],
    [{ eventType: "clicked" }, true],
    [{ eventType: "sent" }, false],
    [{ condition: { campaignId: "spring" } }, true],
    [{ condition: { campaignId: "summer" } }, false],
    [{ eventType: "clicked", condition: { campaignId: { is_empty: true } } }, true],
    [{ condition: { withinDays: 10 } }, true],
    [{ condition: { withinDays: 9 } }, false],
    [{ eventType: "clicked", condition: { withinDays: 99, tags: "vip" } }, false],
    [{ condition: { tags: "vip", "metadata.plan": "pro", "metadata.seats": { greater_than: 10 } } }, true],
    [{ condition: { tags: "vip", "metadata.plan": "free" } }, false],
    [{ condition: { "metadata.toString": { is_empty: true } } }, true],
  ])("%j: %s", (rule, matches) => {
    expect(deltas(rule)).toEqual(matches ? [5] : []);
  });

  it("of several rules, each counts once, in their order", () => {
    expect(
      deltas({ scoreDelta: 3 }, { eventType: "sent" }, { scoreDelta: -7, eventType: "clicked" }),
    ).toEqual([3, -7]);
  });
});

describe("byPriority", () => {
  it("higher first, then the older", () => {
    const rules = [
      { priority: 0, id: "b" },
      { priority: 5, id: "c" },
      { priority: 0, id: "a" },
    ];
    expect(rules.toSorted(byPriority).map(({ id }) => id)).toEqual(["c", "a", "b"]);
  });
});
