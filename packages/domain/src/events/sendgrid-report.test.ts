import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendgridReport } from "./sendgrid-report.ts";

const common = {
  email: "ana@example.com",
  timestamp: 1769860800,
  "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
  category: ["cats", "facts"],
  sg_event_id: "rWVYmV90MjYyMDc5Mw",
  sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
};
const reading = { countMachineOpens: false };

/** What the one event is about; null where nothing is kept of it. */
function fact(event: object, how = reading) {
  const { events, ignored, unreadable } = sendgridReport([{ ...common, ...event }], how)!;
  expect([events.length + ignored, unreadable]).toEqual([1, []]);
  const [told] = events;
  if (told === undefined) return null;
  return told.type === "bounced" ? `${told.bounce} bounce` : told.type;
}

describe("an event as SendGrid documents it", () => {
  it.each([
    ["sent", { event: "processed" }],
    ["delivered", { event: "delivered", response: "250 OK" }],
    [null, { event: "deferred", response: "400 try again later", attempt: "5" }],
    ["opened", { event: "open", useragent: "Mozilla/4.0", ip: "255.255.255.255" }],
    [null, { event: "open", sg_machine_open: true }],
    ["clicked", { event: "click", url: "http://www.sendgrid.com/" }],
    ["hard bounce", { event: "bounce", reason: "500 unknown recipient", status: "5.0.0" }],
    ["hard bounce", { event: "bounce", type: "bounce", bounce_classification: "Invalid Address" }],
    ["soft bounce", { event: "bounce", type: "blocked" }],
    ["soft bounce", { event: "blocked" }],
    ["hard bounce", { event: "dropped", reason: "Bounced Address", status: "5.0.0" }],
    ["hard bounce", { event: "dropped", reason: "Invalid" }],
    ["complained", { event: "dropped", reason: "Spam Reporting Address" }],
    ["unsubscribed", { event: "dropped", reason: "Unsubscribed Address" }],
    [null, { event: "dropped", reason: "Invalid SMTPAPI header" }],
    [null, { event: "dropped", reason: "Spam Content" }],
    [null, { event: "dropped", reason: "Recipient List over Package Quota" }],
    [null, { event: "dropped", reason: "constructor" }],
    ["complained", { event: "spamreport" }],
    ["unsubscribed", { event: "unsubscribe" }],
    ["unsubscribed", { event: "group_unsubscribe", asm_group_id: 10 }],
    [null, { event: "group_resubscribe", asm_group_id: 10 }],
    [null, { event: "account_status_change", type: "compliance_suspend" }],
    [null, { event: "toString" }],
  ])("%s: %j", (told, event) => {
    expect(fact(event)).toBe(told);
  });

  it("an open that a machine made counts where the source says so", () => {
    expect(fact({ event: "open", sg_machine_open: true }, { countMachineOpens: true })).toBe("opened");
  });

  it("its id is SendGrid's, its time in seconds, its campaign the message, named by the first category", () => {
    expect(sendgridReport([{ ...common, event: "delivered" }], reading)!.events).toEqual([
      {
        identity: ["sendgrid", "rWVYmV90MjYyMDc5Mw"],
        type: "delivered",
        email: "ana@example.com",
        at: new Date("2026-01-31T12:00:00Z"),
        campaignId: "14c5d75ce93.dfd.64b469",
        campaignName: "cats",
      },
    ]);
  });

  it.each([
    [{ campaign_id: "spring", marketing_campaign_id: 7 }, { campaignId: "spring" }],
    [
      { marketing_campaign_id: 12345, marketing_campaign_name: "Spring" },
      { campaignId: "12345", campaignName: "Spring" },
    ],
    [
      { singlesend_id: "s1", singlesend_name: "Single" },
      { campaignId: "s1", campaignName: "Single" },
    ],
    [{ category: "cats" }, { campaignId: "14c5d75ce93.dfd.64b469", campaignName: "cats" }],
  ])("the campaign of %j", (given, campaign) => {
    const [event] = sendgridReport([{ ...common, event: "open", ...given }], reading)!.events;
    expect(event).toMatchObject(campaign);
  });

  it("one without an id is known by what it says", () => {
    const { sg_event_id: _, ...without } = { ...common, event: "dropped", reason: "Invalid" };
    const identity = (event: object) => sendgridReport([event], reading)!.events[0]!.identity;
    expect(identity(without)).toEqual(identity({ ...without }));
    expect(identity(without)).not.toEqual(identity({ ...without, timestamp: 1769860801 }));
  });
});

it("one bad event of a list does not spoil the others", () => {
  const list = [{ ...common, event: "open" }, { event: "open" }, 5, { ...common, event: "later" }];
  const { events, ignored, unreadable } = sendgridReport(list, reading)!;
  expect([events.length, ignored, unreadable.length]).toEqual([1, 1, 2]);
});

it("whatever comes in a list, each is translated, ignored or named; what is no list is none", () => {
  const event = fc.record(
    Object.fromEntries(["event", ...Object.keys(common), "reason"].map((name) => [name, fc.jsonValue()])),
    { requiredKeys: [] },
  );
  const likely = fc.tuple(event, fc.constantFrom("open", "bounce", "dropped")).map(([rest, word]) => ({
    ...rest,
    email: "a@x.example",
    timestamp: 1,
    event: word,
  }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), event, likely)), (list) => {
      const { events, ignored, unreadable } = sendgridReport(list, reading)!;
      expect(events.length + ignored + unreadable.length).toBe(list.length);
      for (const { at } of events) expect(Number.isFinite(at.getTime())).toBe(true);
    }),
  );
  expect(sendgridReport({ ...common, event: "open" }, reading)).toBeNull();
});
