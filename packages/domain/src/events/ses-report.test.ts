import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sesReport } from "./ses-report.ts";

const mail = {
  timestamp: "2026-01-31T12:00:00.012Z",
  source: "Shop <news@shop.example>",
  sendingAccountId: "123456789012",
  messageId: "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
  destination: ["ana@example.com"],
  headersTruncated: false,
  headers: [{ name: "Subject", value: "Hello" }],
  commonHeaders: { from: ["Shop <news@shop.example>"], to: ["ana@example.com"], subject: "Hello" },
  tags: {
    "ses:configuration-set": ["Newsletters"],
    "ses:from-domain": ["shop.example"],
    "ses:caller-identity": ["mailer"],
  },
};
const bounced = {
  bounceType: "Permanent",
  bounceSubType: "General",
  bouncedRecipients: [
    { emailAddress: "ana@example.com", action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550" },
  ],
  timestamp: "2026-01-31T12:01:02.669Z",
  feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
  reportingMTA: "dsn; mta.example.com",
};
const complained = {
  complainedRecipients: [{ emailAddress: "ana@example.com" }],
  timestamp: "2026-01-31T12:41:02.669Z",
  feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
  userAgent: "Mail",
  complaintFeedbackType: "abuse",
  arrivalDate: "2026-01-31T12:41:02.669Z",
};
const click = {
  ipAddress: "192.0.2.1",
  link: "http://docs.aws.amazon.com/ses/",
  linkTags: { samplekey: ["samplevalue"] },
  timestamp: "2026-01-31T13:51:25.570Z",
  userAgent: "Mozilla/5.0",
};
const topics = (unsubscribeAll: boolean) => ({
  unsubscribeAll,
  topicSubscriptionStatus: [{ topicName: "news", subscriptionStatus: "OptIn" }],
});

/** What each event of a record is about. */
function facts(record: object): string[] {
  const { events, unreadable } = sesReport(record);
  expect(unreadable).toEqual([]);
  return events.map((event) => {
    return `${event.email} ${event.type === "bounced" ? `${event.bounce} bounce` : event.type}`;
  });
}

describe("a record as SES publishes it", () => {
  it("a click: its own time, the message as its campaign, the configuration set as its name", () => {
    expect(sesReport({ eventType: "Click", mail, click }).events).toEqual([
      {
        identity: ["ses", "Click", mail.messageId, "ana@example.com", "2026-01-31T13:51:25.570Z", click.link],
        type: "clicked",
        email: "ana@example.com",
        at: new Date("2026-01-31T13:51:25.570Z"),
        campaignId: mail.messageId,
        campaignName: "Newsletters",
      },
    ]);
  });

  it("a campaign that the sender named by a tag", () => {
    const tags = { ...mail.tags, campaign: ["spring"], campaign_name: ["Spring"] };
    expect(sesReport({ eventType: "Send", mail: { ...mail, tags }, send: {} }).events[0]).toMatchObject({
      type: "sent",
      campaignId: "spring",
      campaignName: "Spring",
    });
  });

  it.each([
    [{ eventType: "Send", mail, send: {} }, ["ana@example.com sent"]],
    [
      {
        eventType: "Delivery",
        mail,
        delivery: {
          timestamp: "2026-01-31T12:00:05Z",
          processingTimeMillis: 546,
          recipients: ["ana@example.com"],
          smtpResponse: "250 2.6.0 Message received",
        },
      },
      ["ana@example.com delivered"],
    ],
    [
      { eventType: "Open", mail, open: { ipAddress: "192.0.2.1", timestamp: "2026-01-31T13:00:00Z" } },
      ["ana@example.com opened"],
    ],
    [{ eventType: "Bounce", mail, bounce: bounced }, ["ana@example.com hard bounce"]],
    [{ notificationType: "Bounce", mail, bounce: bounced }, ["ana@example.com hard bounce"]],
    [{ eventType: "Complaint", mail, complaint: complained }, ["ana@example.com complained"]],
    [{ notificationType: "Complaint", mail, complaint: complained }, ["ana@example.com complained"]],
    [{ eventType: "Complaint", mail, complaint: { ...complained, complaintFeedbackType: "not-spam" } }, []],
    [{ eventType: "Reject", mail, reject: { reason: "Bad content" } }, []],
    [{ eventType: "Rendering Failure", mail, failure: { errorMessage: "x", templateName: "t" } }, []],
    [{ eventType: "DeliveryDelay", mail, deliveryDelay: { delayType: "MailboxFull" } }, []],
    [{ notificationType: "AmazonSnsSubscriptionSucceeded", message: "You have subscribed" }, []],
  ])("%j", (record, told) => {
    expect(facts(record)).toEqual(told);
  });

  it.each([
    ["Permanent", "NoEmail", "hard bounce"],
    ["Permanent", "Suppressed", "hard bounce"],
    ["Permanent", "OnAccountSuppressionList", "hard bounce"],
    ["Permanent", "UnsubscribedRecipient", "unsubscribed"],
    ["Transient", "General", "soft bounce"],
    ["Transient", "MailboxFull", "soft bounce"],
    ["Undetermined", "Undetermined", "soft bounce"],
  ])("a bounce %s %s: %s", (bounceType, bounceSubType, told) => {
    const bounce = { ...bounced, bounceType, bounceSubType };
    expect(facts({ eventType: "Bounce", mail, bounce })).toEqual([`ana@example.com ${told}`]);
  });

  it("each recipient of a bounce, without the name in front; of an open only where there is one recipient", () => {
    const several = { ...mail, destination: ["ana@example.com", "bo@example.com"] };
    const bouncedRecipients = [{ emailAddress: "Ana <ana@example.com>" }, { emailAddress: "bo@example.com" }];
    const record = { eventType: "Bounce", mail: several, bounce: { ...bounced, bouncedRecipients } };
    expect(facts(record)).toEqual(["ana@example.com hard bounce", "bo@example.com hard bounce"]);
    const identities = sesReport(record).events.map(({ identity }) => identity.join());
    expect(new Set(identities).size).toBe(2);
    const opened = { eventType: "Open", mail: several, open: { timestamp: "2026-01-31T13:00:00Z" } };
    expect(sesReport(opened)).toEqual({ events: [], ignored: 1, unreadable: [] });
  });

  it.each([
    [true, false, ["ana@example.com unsubscribed"]],
    [false, true, ["ana@example.com resubscribed"]],
    [false, false, []],
  ])("a subscription: unsubscribed of all now %s, before %s", (now, before, told) => {
    const subscription = {
      contactList: "news",
      timestamp: "2026-01-31T13:00:00Z",
      source: "UnsubscribeHeader",
      newTopicPreferences: topics(now),
      oldTopicPreferences: topics(before),
    };
    expect(facts({ eventType: "Subscription", mail, subscription })).toEqual(told);
  });
});

it("what is not of the documented shape is said with the place", () => {
  expect(sesReport({ eventType: "Open", mail, open: {} }).unreadable).toEqual([
    "Open: open.timestamp: no time in ISO 8601",
  ]);
  expect(sesReport("text").unreadable).toHaveLength(1);
});

it("whatever comes, it is translated or named, and nothing is thrown", () => {
  const kinds = ["Send", "Open", "Bounce", "Complaint", "Subscription", "constructor"];
  const record = fc.record({
    eventType: fc.constantFrom(...kinds),
    mail: fc.oneof(fc.constant(mail), fc.jsonValue()),
    open: fc.jsonValue(),
    bounce: fc.oneof(fc.constant(bounced), fc.jsonValue()),
  });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), record), (value) => {
      const { events, ignored, unreadable } = sesReport(value);
      expect(events.length + ignored + unreadable.length).toBe(1);
    }),
  );
});
