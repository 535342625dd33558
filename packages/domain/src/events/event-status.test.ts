import { expect, test } from "vitest";
import { Status } from "../contacts/status.ts";
import { noEngagement } from "./engagement.ts";
import type { ContactEvent } from "./event.ts";
import { type EventCircumstances, statusAfterEvent } from "./event-status.ts";

const on = (day: number) => new Date(Date.UTC(2026, 3, day));
const event = (type: ContactEvent["type"], day: number, bounce: ContactEvent["bounce"] = null) => ({
  type,
  at: on(day),
  bounce,
});
const circumstances = (
  engagement: Partial<EventCircumstances["engagement"]> = {},
  leftAt: Date | null = null,
): EventCircumstances => ({ engagement: { ...noEngagement, ...engagement }, softBounceLimit: 3, leftAt });

test("hard bounces, complaints and goodbyes only lead to a stricter status", () => {
  const after = (current: Status, ...given: Parameters<typeof event>) =>
    statusAfterEvent(current, event(...given), circumstances())?.status ?? current;
  const all = (...given: Parameters<typeof event>) => Status.options.map((status) => after(status, ...given));
  expect(all("bounced", 1, "hard")).toEqual(["bounced", "bounced", "bounced", "complained"]);
  expect(all("complained", 1)).toEqual(["complained", "complained", "complained", "complained"]);
  expect(all("unsubscribed", 1)).toEqual(["unsubscribed", "unsubscribed", "bounced", "complained"]);
  for (const type of ["sent", "delivered", "opened", "clicked"] as const)
    expect(all(type, 1)).toEqual(Status.options);
});

test("so many soft bounces in a row count as a bounce", () => {
  const after = (softBounces: number) =>
    statusAfterEvent("active", event("bounced", 1, "soft"), circumstances({ softBounces }));
  expect(after(2)).toBeNull();
  expect(after(3)).toEqual({ status: "bounced", reason: "soft_bounces" });
});

test("who comes back is active again, but not out of a bounce or a complaint", () => {
  const after = (current: Status) => statusAfterEvent(current, event("resubscribed", 2), circumstances());
  expect(after("unsubscribed")).toEqual({ status: "active", reason: "resubscribed" });
  for (const status of ["active", "bounced", "complained"] as const) expect(after(status)).toBeNull();
});

test("of leaving and coming back the later one holds, whichever is told first", () => {
  const back = event("resubscribed", 2);
  expect(statusAfterEvent("unsubscribed", back, circumstances({ lastUnsubscribedAt: on(3) }))).toBeNull();
  expect(statusAfterEvent("unsubscribed", back, circumstances({ lastUnsubscribedAt: on(2) }))).toBeNull();
  expect(statusAfterEvent("unsubscribed", back, circumstances({ lastUnsubscribedAt: on(1) }))).not.toBeNull();
  const gone = event("unsubscribed", 2);
  expect(statusAfterEvent("active", gone, circumstances({ lastResubscribedAt: on(3) }))).toBeNull();
  expect(statusAfterEvent("active", gone, circumstances({ lastResubscribedAt: on(2) }))).not.toBeNull();
});

test("an old “came back” does not undo a later goodbye that no event told of", () => {
  expect(statusAfterEvent("unsubscribed", event("resubscribed", 2), circumstances({}, on(3)))).toBeNull();
  expect(statusAfterEvent("unsubscribed", event("resubscribed", 4), circumstances({}, on(3)))).not.toBeNull();
});
