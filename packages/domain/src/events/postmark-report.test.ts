import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postmarkReport } from "./postmark-report.ts";

const message = {
  ServerID: 23,
  MessageStream: "outbound",
  MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
  Tag: "welcome",
  Metadata: { plan: "pro" },
};
const at = "2026-01-31T16:33:54.9070259Z";
const bounce = {
  ...message,
  RecordType: "Bounce",
  ID: 692560173,
  Type: "HardBounce",
  TypeCode: 1,
  Name: "Hard bounce",
  Description: "The server was unable to deliver your message",
  Details: "550 5.1.1 no such user",
  Email: "ana@example.com",
  From: "news@shop.example",
  BouncedAt: at,
  DumpAvailable: true,
  Inactive: true,
  CanActivate: true,
  Subject: "Hello",
};
const subscription = {
  ...message,
  RecordType: "SubscriptionChange",
  ChangedAt: "2026-01-31T10:53:34.416071Z",
  Recipient: "ana@example.com",
  Origin: "Recipient",
  SuppressSending: true,
  SuppressionReason: "ManualSuppression",
};

/** What the one event of a record is about; null where nothing is kept of it. */
function fact(record: object) {
  const { events, ignored, unreadable } = postmarkReport(record);
  expect([events.length + ignored, unreadable]).toEqual([1, []]);
  const [event] = events;
  if (event === undefined) return null;
  return event.type === "bounced" ? `${event.bounce} bounce` : event.type;
}

describe("a record as Postmark documents it", () => {
  it("a delivery, with the time to the millisecond, the message as its campaign and the tag as its name", () => {
    const record = { ...message, RecordType: "Delivery", Recipient: "Ana@example.com", DeliveredAt: at };
    expect(postmarkReport({ ...record, Details: "250 OK" })).toEqual({
      events: [
        {
          identity: [
            "postmark",
            "Delivery",
            message.MessageID,
            "Ana@example.com",
            "2026-01-31T16:33:54.907Z",
            "",
          ],
          type: "delivered",
          email: "Ana@example.com",
          at: new Date("2026-01-31T16:33:54.907Z"),
          campaignId: message.MessageID,
          campaignName: "welcome",
        },
      ],
      ignored: 0,
      unreadable: [],
    });
  });

  it("a campaign that the sender names in the metadata wins over tag and message", () => {
    const Metadata = { campaign_id: "spring", campaignName: "Spring sale" };
    expect(postmarkReport({ ...bounce, Metadata }).events[0]).toMatchObject({
      campaignId: "spring",
      campaignName: "Spring sale",
    });
  });

  it("opens and clicks; two links of one message at one moment are two events", () => {
    const open = { ...message, RecordType: "Open", FirstOpen: true, Recipient: "ana@example.com" };
    expect(fact({ ...open, ReceivedAt: at, UserAgent: "Mail", ReadSeconds: 5, Geo: {} })).toBe("opened");
    const click = { ...open, RecordType: "Click", ReceivedAt: at, ClickLocation: "HTML" };
    const [first, second] = ["https://a.example", "https://b.example"].map(
      (OriginalLink) => postmarkReport({ ...click, OriginalLink }).events[0]!,
    );
    expect([first!.type, second!.type]).toEqual(["clicked", "clicked"]);
    expect(first!.identity).not.toEqual(second!.identity);
  });

  it.each([
    ["HardBounce", "hard bounce"],
    ["BadEmailAddress", "hard bounce"],
    ["SoftBounce", "soft bounce"],
    ["Transient", "soft bounce"],
    ["DnsError", "soft bounce"],
    ["Blocked", "soft bounce"],
    ["SpamNotification", "soft bounce"],
    ["Unknown", "soft bounce"],
    ["SpamComplaint", "complained"],
    ["Unsubscribe", "unsubscribed"],
    ["ManuallyDeactivated", "unsubscribed"],
    ["AutoResponder", null],
    ["AddressChange", null],
    ["ChallengeVerification", null],
    ["Subscribe", null],
    ["VirusNotification", null],
    ["DMARCPolicy", null],
    ["SMTPApiError", null],
    ["InboundError", null],
    ["TemplateRenderingFailed", null],
    ["Unconfirmed", null],
    ["constructor", null],
  ])("a bounce of the type %s: %s", (Type, told) => {
    expect(fact({ ...bounce, Type })).toBe(told);
  });

  it("a complaint of a recipient", () => {
    expect(fact({ ...bounce, RecordType: "SpamComplaint", Type: "SpamComplaint", TypeCode: 512 })).toBe(
      "complained",
    );
  });

  it.each([
    ["a click on the link to unsubscribe", {}, "unsubscribed"],
    ["a suppression by the sender", { Origin: "Customer", MessageID: null }, "unsubscribed"],
    ["a hard bounce", { SuppressionReason: "HardBounce" }, "hard bounce"],
    ["a complaint", { SuppressionReason: "SpamComplaint" }, "complained"],
    ["the recipient came back", { SuppressSending: false, SuppressionReason: null }, "resubscribed"],
    [
      "the sender lifted a suppression",
      { SuppressSending: false, SuppressionReason: null, Origin: "Customer" },
      null,
    ],
  ])("a change of subscription: %s", (_what, change, told) => {
    expect(fact({ ...subscription, ...change })).toBe(told);
  });
});

it("a kind that is not known is ignored, and what is not of the documented shape is said", () => {
  expect(postmarkReport({ RecordType: "Inbound" })).toEqual({ events: [], ignored: 1, unreadable: [] });
  expect(postmarkReport({ ...bounce, BouncedAt: "yesterday" }).unreadable).toEqual([
    "Bounce: BouncedAt: no time in ISO 8601",
  ]);
  expect(postmarkReport([]).unreadable).toHaveLength(1);
});

it("whatever comes, it is translated or named, and nothing is thrown", () => {
  const record = fc.record(
    Object.fromEntries(Object.keys({ ...bounce, ...subscription }).map((name) => [name, fc.jsonValue()])),
    { requiredKeys: [] },
  );
  const typed = fc.constantFrom("Delivery", "Bounce", "Open", "Click", "SubscriptionChange", "toString");
  const payload = fc.oneof(
    fc.jsonValue(),
    fc.tuple(record, typed).map(([rest, RecordType]) => ({ ...rest, RecordType })),
  );
  fc.assert(
    fc.property(payload, (value) => {
      const { events, ignored, unreadable } = postmarkReport(value);
      expect(events.length + ignored + unreadable.length).toBe(1);
    }),
  );
});
