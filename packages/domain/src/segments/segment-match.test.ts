import { describe, expect, test } from "vitest";
import { kept, now } from "../../test/segment-world.ts";
import { ann as person } from "../../test/upsert-play.ts";
import type { Attributes } from "../contacts/attributes.ts";
import type { StoredContact } from "../contacts/contact.ts";
import { noEngagement } from "../events/engagement.ts";
import { scoreWithoutEvents } from "../scores/score.ts";
import { matches, type SegmentSubject } from "./segment-match.ts";

const listId = "0190c8f0-0000-7000-8000-00000000bbbb";

const base: SegmentSubject = {
  contact: { ...person, number: 1, score: scoreWithoutEvents, createdAt: now, updatedAt: now },
  engagement: noEngagement,
  lists: new Set([listId]),
};

function contact(facts: Partial<StoredContact>): SegmentSubject {
  return { ...base, contact: { ...base.contact, ...facts } };
}

/** Whether a rule is true of a contact. */
function asked(subject: SegmentSubject, field: string, operator: string, value?: unknown): boolean {
  const rule = { field, operator, ...(value !== undefined && { value }) };
  return matches(kept({ operator: "AND", rules: [rule] }), subject, now);
}

describe("texts", () => {
  const named = (name: string | null) => contact({ name, firstName: null });

  test.each([
    ["Ann", "equals", "ANN", true],
    ["ÉLODIE", "contains", "élo", true],
    ["Straße", "ends_with", "SSE", false],
    ["Straße", "ends_with", "ẞE", true],
    ["İstanbul", "starts_with", "i", false],
    ["ΣΟΦΟΣ", "equals", "σοφοσ", true],
    ["e\u0301", "equals", "é", false],
    ["100%", "contains", "0%", true],
    ["1000", "contains", "0%", false],
    ["a_b", "contains", "_", true],
    [" Ann ", "equals", "Ann", false],
    ["Ann", "in", ["Bob", "ann"], true],
    ["Ann", "not_in", ["Bob", "ann"], false],
    [null, "equals", "Ann", false],
    [null, "not_equals", "Ann", true],
    [null, "not_contains", "Ann", true],
    [null, "is_empty", undefined, true],
    ["", "is_empty", undefined, true],
    [" ", "is_empty", undefined, false],
  ])("the name %j %s %j: %s", (name, operator, value, answer) => {
    expect(asked(named(name), "name", operator, value)).toBe(answer);
  });

  test("the name is the one that is shown", () => {
    expect(asked(contact({ name: null, firstName: "Ann", lastName: "Ek" }), "name", "equals", "ann ek")).toBe(
      true,
    );
  });
});

describe("tags", () => {
  const tagged = contact({ tags: ["VIP", "spring-2026"] });
  test.each([
    ["contains", "VIP", true],
    ["contains", "vip", false],
    ["contains", "spring", false],
    ["equals", "VIP", true],
    ["starts_with", "spring-", true],
    ["ends_with", "2026", true],
    ["in", ["x", "VIP"], true],
    ["not_in", ["x", "VIP"], false],
    ["not_equals", "x", true],
    ["is_empty", undefined, false],
  ])("%s %j: %s", (operator, value, answer) => {
    expect(asked(tagged, "tags", operator, value)).toBe(answer);
  });
});

describe("attributes", () => {
  test.each<[Attributes[string] | undefined, string, unknown, boolean]>([
    [5, "equals", 5, true],
    ["5", "equals", 5, true],
    ["5.0", "equals", 5, true],
    [5, "equals", "5", true],
    [1e21, "equals", "1000000000000000000000", true],
    [1.5e-7, "equals", "0.00000015", true],
    ["five", "equals", 5, false],
    ["1,000", "greater_than", 5, false],
    ["1e3", "greater_than", 5, false],
    ["10", "greater_than", 9, true],
    ["10", "less_than", 9, false],
    [true, "greater_than", 0, false],
    [true, "equals", true, true],
    ["TRUE", "equals", true, true],
    ["true", "equals", false, false],
    [1, "equals", true, false],
    [undefined, "equals", false, false],
    [undefined, "not_equals", true, true],
    ["five", "not_equals", 5, true],
    ["2026-01-31", "before", "2026-02-01", true],
    ["2026-01-31", "after", "2026-01-31", false],
    ["2026-01-31T12:00:00Z", "after", "2026-01-31", false],
    ["2026-02-01T00:30:00+01:00", "after", "2026-01-31", false],
    ["2026-02-28", "equals", { daysAgo: 0 }, true],
    ["2026-03-01", "before", { daysAhead: 30 }, true],
    ["31.01.2026", "before", "2027-01-01", false],
    ["2026-02-30", "before", "2027-01-01", false],
    [20260131, "before", "2027-01-01", false],
    [["golf", "Tennis"], "equals", "tennis", true],
    [["golf", "Tennis"], "not_equals", "tennis", false],
    [["golf"], "contains", "ol", true],
    [[1, "12"], "greater_than", 10, true],
    [[["golf"]], "equals", "golf", false],
    [{ sport: "golf" }, "contains", "golf", false],
    [{ sport: "golf" }, "is_not_empty", undefined, true],
    ["", "is_empty", undefined, true],
    [[], "is_empty", undefined, true],
    [{}, "is_empty", undefined, true],
    [undefined, "is_empty", undefined, true],
    [0, "is_empty", undefined, false],
    [false, "is_empty", undefined, false],
    ["pro", "in", [5, "PRO", true], true],
    [5, "in", ["x", 5], true],
  ])("%j %s %j: %s", (value, operator, other, answer) => {
    const attributes: Attributes = value === undefined ? {} : { a: value };
    expect(asked(contact({ attributes }), "metadata.a", operator, other)).toBe(answer);
  });

  test("the name is all that stands behind the first dot, and never what every object has", () => {
    expect(asked(contact({ attributes: { "a.b": "x" } }), "metadata.a.b", "equals", "x")).toBe(true);
    expect(asked(contact({ attributes: {} }), "metadata.toString", "is_empty")).toBe(true);
  });
});

describe("times", () => {
  const made = (at: string) => contact({ createdAt: new Date(at) });
  // It is 2026-02-28T23:30:00.500Z.
  test.each([
    ["2026-01-29T23:30:00.500Z", "before", { daysAgo: 30 }, false],
    ["2026-01-29T23:30:00.500Z", "after", { daysAgo: 30 }, false],
    ["2026-01-29T23:30:00.501Z", "after", { daysAgo: 30 }, true],
    ["2026-01-29T23:30:00.499Z", "before", { daysAgo: 30 }, true],
    ["2026-01-29T00:00:00.000Z", "equals", { daysAgo: 30 }, true],
    ["2026-01-28T23:59:59.999Z", "equals", { daysAgo: 30 }, false],
    ["2026-01-31T23:59:59.999Z", "after", "2026-01-31", false],
    ["2026-02-01T00:00:00.000Z", "after", "2026-01-31", true],
    ["2026-01-31T00:00:00.000Z", "before", "2026-01-31", false],
    ["2026-01-31T23:59:59.999Z", "equals", "2026-01-31", true],
    ["2026-01-31T12:00:00.000Z", "equals", "2026-01-31T13:00+01:00", true],
    ["2026-01-31T12:00:00.001Z", "equals", "2026-01-31T13:00+01:00", false],
    ["2026-01-31T12:00:00.001Z", "not_equals", "2026-01-31T13:00+01:00", true],
  ])("%s %s %j: %s", (at, operator, value, answer) => {
    expect(asked(made(at), "createdAt", operator, value)).toBe(answer);
  });

  test("who never opened is neither before nor after", () => {
    for (const operator of ["before", "after"]) {
      expect(asked(base, "lastOpenedAt", operator, { daysAgo: 90 })).toBe(false);
    }
    expect(asked(base, "lastOpenedAt", "is_empty")).toBe(true);
  });
});

test("a contact is on its lists, and in none that is not there", () => {
  expect(asked(base, "list", "in", [listId.toUpperCase()])).toBe(true);
  expect(asked(base, "list", "not_equals", "0190c8f0-0000-7000-8000-00000000cccc")).toBe(true);
});

test("whoever never had an event has opened nothing, and the score of somebody without events", () => {
  expect(asked(base, "opened", "equals", 0)).toBe(true);
  expect(asked(base, "score", "equals", scoreWithoutEvents)).toBe(true);
  expect(asked(base, "tier", "in", ["potential"])).toBe(true);
});
