import { z } from "zod";
import { campaignOf } from "./provider-campaign.ts";
import {
  bareAddress,
  factOf,
  nothing,
  oneIgnored,
  type ProviderFact,
  type ProviderReport,
  ProviderTime,
  unreadable,
} from "./provider-report.ts";

const Text = z.string().nullish();
const common = {
  MessageID: Text,
  Tag: Text,
  Metadata: z.record(z.string(), z.unknown()).nullish(),
};
const toRecipient = { ...common, Recipient: z.string() };

/** A record by its RecordType: https://postmarkapp.com/developer/webhooks/webhooks-overview. More fields are there. */
const records = {
  Delivery: z.object({ ...toRecipient, DeliveredAt: ProviderTime }),
  Bounce: z.object({ ...common, ID: z.int(), Type: z.string(), Email: z.string(), BouncedAt: ProviderTime }),
  SpamComplaint: z.object({ ...common, ID: z.int(), Email: z.string(), BouncedAt: ProviderTime }),
  Open: z.object({ ...toRecipient, ReceivedAt: ProviderTime }),
  Click: z.object({ ...toRecipient, ReceivedAt: ProviderTime, OriginalLink: Text }),
  SubscriptionChange: z.object({
    ...toRecipient,
    ChangedAt: ProviderTime,
    SuppressSending: z.boolean(),
    SuppressionReason: Text,
    Origin: Text,
  }),
};

type Kind = keyof typeof records;
const Envelope = z.object({ RecordType: z.string() });

/**
 * What a bounce of each type says of the address; the others say something of the message, the sender or an automatic answer.
 * https://postmarkapp.com/developer/api/bounce-api#bounce-types
 */
const bounceFacts: Readonly<Record<string, ProviderFact>> = {
  HardBounce: { type: "bounced", bounce: "hard" },
  BadEmailAddress: { type: "bounced", bounce: "hard" },
  SoftBounce: { type: "bounced", bounce: "soft" },
  Transient: { type: "bounced", bounce: "soft" },
  DnsError: { type: "bounced", bounce: "soft" },
  Blocked: { type: "bounced", bounce: "soft" },
  SpamNotification: { type: "bounced", bounce: "soft" },
  Undeliverable: { type: "bounced", bounce: "soft" },
  Unknown: { type: "bounced", bounce: "soft" },
  SpamComplaint: { type: "complained" },
  Unsubscribe: { type: "unsubscribed" },
  ManuallyDeactivated: { type: "unsubscribed" },
};

const suppressionFacts: Readonly<Record<string, ProviderFact>> = {
  HardBounce: { type: "bounced", bounce: "hard" },
  SpamComplaint: { type: "complained" },
  ManualSuppression: { type: "unsubscribed" },
};

/** One request of Postmark: one record. @param payload the parsed body */
export function postmarkReport(payload: unknown): ProviderReport {
  const envelope = Envelope.safeParse(payload);
  if (!envelope.success) return unreadable("A record", envelope.error);
  const { RecordType } = envelope.data;
  if (!Object.hasOwn(records, RecordType)) return oneIgnored;
  switch (RecordType as Kind) {
    case "Delivery":
      return told("Delivery", payload, (record) => ({
        fact: { type: "delivered" },
        email: record.Recipient,
        at: record.DeliveredAt,
      }));
    case "Open":
      return told("Open", payload, (record) => ({
        fact: { type: "opened" },
        email: record.Recipient,
        at: record.ReceivedAt,
      }));
    case "Click":
      return told("Click", payload, (record) => ({
        fact: { type: "clicked" },
        email: record.Recipient,
        at: record.ReceivedAt,
        detail: record.OriginalLink,
      }));
    case "Bounce":
      return told("Bounce", payload, (record) => ({
        fact: factOf(bounceFacts, record.Type),
        email: record.Email,
        at: record.BouncedAt,
        detail: record.ID,
      }));
    case "SpamComplaint":
      return told("SpamComplaint", payload, (record) => ({
        fact: { type: "complained" },
        email: record.Email,
        at: record.BouncedAt,
        detail: record.ID,
      }));
    case "SubscriptionChange":
      return told("SubscriptionChange", payload, (record) => ({
        fact: subscriptionFact(record),
        email: record.Recipient,
        at: record.ChangedAt,
        detail: String(record.SuppressSending),
      }));
  }
}

/** Only the recipient's own act brings somebody back: whoever else lifts a suppression has no consent to show. */
function subscriptionFact(record: z.infer<typeof records.SubscriptionChange>): ProviderFact | null {
  if (record.SuppressSending) return factOf(suppressionFacts, record.SuppressionReason ?? "");
  return record.Origin === "Recipient" ? { type: "resubscribed" } : null;
}

type Told = {
  fact: ProviderFact | null;
  email: string;
  at: Date;
  detail?: string | number | null | undefined;
};

function told<K extends Kind>(
  kind: K,
  payload: unknown,
  read: (record: z.infer<(typeof records)[K]>) => Told,
): ProviderReport {
  const parsed = records[kind].safeParse(payload);
  if (!parsed.success) return unreadable(kind, parsed.error);
  const record = parsed.data as z.infer<(typeof records)[K]>;
  const { fact, email, at, detail } = read(record);
  if (fact === null) return oneIgnored;
  const address = bareAddress(email);
  const { MessageID, Tag, Metadata } = record;
  const event = {
    // A record has no id of its own, but for bounces.
    identity: ["postmark", kind, MessageID ?? "", address, at.toISOString(), String(detail ?? "")],
    ...fact,
    email: address,
    at,
    ...campaignOf(Metadata ?? {}, [], { messageId: MessageID, label: Tag }),
  };
  return { ...nothing, events: [event] };
}
