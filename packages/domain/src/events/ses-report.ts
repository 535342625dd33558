import { z } from "zod";
import { campaignOf } from "./provider-campaign.ts";
import {
  bareAddress,
  nothing,
  oneIgnored,
  type ProviderFact,
  type ProviderReport,
  ProviderTime,
  unreadable,
} from "./provider-report.ts";

const Addresses = z.array(z.string());
const Recipients = z.array(z.object({ emailAddress: z.string() }));
const Mail = z.object({
  messageId: z.string(),
  timestamp: ProviderTime,
  destination: Addresses,
  tags: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * A record by its kind; more fields are there:
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const records = {
  Send: z.object({ mail: Mail }),
  Delivery: z.object({ mail: Mail, delivery: z.object({ timestamp: ProviderTime, recipients: Addresses }) }),
  Bounce: z.object({
    mail: Mail,
    bounce: z.object({
      bounceType: z.string(),
      bounceSubType: z.string().nullish(),
      bouncedRecipients: Recipients,
      timestamp: ProviderTime,
    }),
  }),
  Complaint: z.object({
    mail: Mail,
    complaint: z.object({
      complainedRecipients: Recipients,
      complaintFeedbackType: z.string().nullish(),
      timestamp: ProviderTime,
    }),
  }),
  Open: z.object({ mail: Mail, open: z.object({ timestamp: ProviderTime }) }),
  Click: z.object({ mail: Mail, click: z.object({ timestamp: ProviderTime, link: z.string().nullish() }) }),
  Subscription: z.object({
    mail: Mail,
    subscription: z.object({
      timestamp: ProviderTime,
      newTopicPreferences: z.object({ unsubscribeAll: z.boolean() }),
      oldTopicPreferences: z.object({ unsubscribeAll: z.boolean() }).nullish(),
    }),
  }),
};

type Kind = keyof typeof records;

/** Event publishing says eventType; the older notifications of an identity have the same records as notificationType. */
const Envelope = z.object({ eventType: z.string().optional(), notificationType: z.string().optional() });

/**
 * What SES published as one message of a topic.
 * @param payload the message, parsed
 */
export function sesReport(payload: unknown): ProviderReport {
  const envelope = Envelope.safeParse(payload);
  if (!envelope.success) return unreadable("A record", envelope.error);
  const kind = envelope.data.eventType ?? envelope.data.notificationType ?? "";
  if (!Object.hasOwn(records, kind)) return oneIgnored;
  switch (kind as Kind) {
    case "Send":
      return told("Send", payload, ({ mail }) => ({
        fact: { type: "sent" },
        emails: mail.destination,
        at: mail.timestamp,
      }));
    case "Delivery":
      return told("Delivery", payload, ({ delivery }) => ({
        fact: { type: "delivered" },
        emails: delivery.recipients,
        at: delivery.timestamp,
      }));
    case "Bounce":
      return told("Bounce", payload, ({ bounce }) => ({
        fact: bounceFact(bounce),
        emails: bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress),
        at: bounce.timestamp,
      }));
    case "Complaint":
      return told("Complaint", payload, ({ complaint }) => ({
        // The opposite of a complaint: somebody took the message out of the spam folder.
        fact: complaint.complaintFeedbackType === "not-spam" ? null : { type: "complained" },
        emails: complaint.complainedRecipients.map(({ emailAddress }) => emailAddress),
        at: complaint.timestamp,
      }));
    case "Open":
      return told("Open", payload, ({ mail, open }) => ({
        fact: { type: "opened" },
        emails: onlyOne(mail.destination),
        at: open.timestamp,
      }));
    case "Click":
      return told("Click", payload, ({ mail, click }) => ({
        fact: { type: "clicked" },
        emails: onlyOne(mail.destination),
        at: click.timestamp,
        detail: click.link ?? "",
      }));
    case "Subscription":
      return told("Subscription", payload, ({ mail, subscription }) => ({
        fact: subscriptionFact(subscription),
        emails: onlyOne(mail.destination),
        at: subscription.timestamp,
      }));
  }
}

/** SES does not say which of several recipients it was. */
function onlyOne(destination: readonly string[]): readonly string[] {
  return destination.length === 1 ? destination : [];
}

/** Permanent ones are hard, but for a recipient who had unsubscribed; SES advises to take undetermined ones as passing. */
function bounceFact({ bounceType, bounceSubType }: z.infer<typeof records.Bounce>["bounce"]): ProviderFact {
  if (bounceSubType === "UnsubscribedRecipient") return { type: "unsubscribed" };
  return { type: "bounced", bounce: bounceType === "Permanent" ? "hard" : "soft" };
}

/** Of all topics or of none: a single topic says nothing of the whole. */
function subscriptionFact(
  subscription: z.infer<typeof records.Subscription>["subscription"],
): ProviderFact | null {
  if (subscription.newTopicPreferences.unsubscribeAll) return { type: "unsubscribed" };
  return subscription.oldTopicPreferences?.unsubscribeAll === true ? { type: "resubscribed" } : null;
}

type Told = { fact: ProviderFact | null; emails: readonly string[]; at: Date; detail?: string };

function told<K extends Kind>(
  kind: K,
  payload: unknown,
  read: (record: z.infer<(typeof records)[K]>) => Told,
): ProviderReport {
  const parsed = records[kind].safeParse(payload);
  if (!parsed.success) return unreadable(kind, parsed.error);
  const record = parsed.data as z.infer<(typeof records)[K]>;
  const { fact, emails, at, detail = "" } = read(record);
  if (fact === null || emails.length === 0) return oneIgnored;
  const { messageId, tags } = record.mail;
  const belongs = campaignOf(tags ?? {}, [], { messageId, label: tags?.["ses:configuration-set"] });
  const events = emails.map((text) => {
    const email = bareAddress(text);
    const identity = ["ses", kind, messageId, email, at.toISOString(), detail];
    return { identity, ...fact, email, at, ...belongs };
  });
  return { ...nothing, events };
}
