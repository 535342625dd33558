import { z } from "zod";
import { campaign, campaignOf } from "./provider-campaign.ts";
import { factOf, type ProviderFact, type ProviderReport, unreadable } from "./provider-report.ts";

const Text = z.string().nullish();

/**
 * One event: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event. The sender's unique arguments stand
 * beside these fields under names of their own.
 */
const SendgridEvent = z.looseObject({
  event: z.string(),
  email: z.string(),
  /** Seconds since 1970; the years until 9999. */
  timestamp: z.coerce.number().min(0).max(253_402_300_799),
  sg_event_id: Text,
  sg_message_id: Text,
  "smtp-id": Text,
  type: Text,
  reason: Text,
  sg_machine_open: z.boolean().nullish(),
});
type SendgridEvent = z.infer<typeof SendgridEvent>;

const facts: Readonly<Record<string, ProviderFact>> = {
  processed: { type: "sent" },
  delivered: { type: "delivered" },
  click: { type: "clicked" },
  spamreport: { type: "complained" },
  unsubscribe: { type: "unsubscribed" },
  // A contact has one status, and whoever left something is not mailed on the guess that it was not this.
  group_unsubscribe: { type: "unsubscribed" },
};

/** Why SendGrid did not even try, where the reason lies with the recipient: its own suppression lists. */
const dropFacts: Readonly<Record<string, ProviderFact>> = {
  "bounced address": { type: "bounced", bounce: "hard" },
  invalid: { type: "bounced", bounce: "hard" },
  "spam reporting address": { type: "complained" },
  "unsubscribed address": { type: "unsubscribed" },
};

export type SendgridReading = {
  /** Whether opens count that a machine made, such as Apple's, which loads every message's pictures. */
  countMachineOpens: boolean;
};

/** One request of SendGrid. @param payload the parsed body; null where it is no list */
export function sendgridReport(payload: unknown, reading: SendgridReading): ProviderReport | null {
  if (!Array.isArray(payload)) return null;
  const report: ProviderReport = { events: [], ignored: 0, unreadable: [] };
  for (const item of payload) {
    const parsed = SendgridEvent.safeParse(item);
    if (!parsed.success) {
      report.unreadable.push(...unreadable("An event", parsed.error).unreadable);
      continue;
    }
    const told = parsed.data;
    const fact = toldFact(told, reading);
    if (fact === null) report.ignored++;
    else {
      const at = new Date(told.timestamp * 1000);
      report.events.push({
        identity: identityOf(told),
        ...fact,
        email: told.email.trim(),
        at,
        ...campaignOf(told, ownCampaigns(told), messageOf(told)),
      });
    }
  }
  return report;
}

function toldFact(
  { event, type, reason, sg_machine_open }: SendgridEvent,
  { countMachineOpens }: SendgridReading,
): ProviderFact | null {
  switch (event) {
    case "open":
      return sg_machine_open === true && !countMachineOpens ? null : { type: "opened" };
    case "bounce":
      // Without its type it is a bounce, as SendGrid itself takes it: it mails the address no more.
      return { type: "bounced", bounce: type === "blocked" ? "soft" : "hard" };
    case "blocked":
      return { type: "bounced", bounce: "soft" };
    case "dropped":
      return factOf(dropFacts, (reason ?? "").trim().toLowerCase());
    default:
      return factOf(facts, event);
  }
}

/** Events that were dropped before a message was made may come without an id. */
function identityOf(told: SendgridEvent): string[] {
  const { sg_event_id, event, email, timestamp, sg_message_id } = told;
  if (sg_event_id) return ["sendgrid", sg_event_id];
  return ["sendgrid", event, email, String(timestamp), sg_message_id ?? told["smtp-id"] ?? ""];
}

/** SendGrid's own campaigns: of the older marketing campaigns, and of single sends. */
function ownCampaigns(told: SendgridEvent) {
  return [
    campaign(told.marketing_campaign_id, told.marketing_campaign_name),
    campaign(told.singlesend_id, told.singlesend_name),
  ];
}

/** What all events of a message have in common: behind it stands which of SendGrid's machines had it. */
function messageOf({ sg_message_id, category }: SendgridEvent) {
  return { messageId: sg_message_id?.replace(/\.(filter|recvd).*$/, ""), label: category };
}
