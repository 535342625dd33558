import { storableText } from "../text/text.ts";

/** The campaign of a message; empty where it belongs to none. */
export type ProviderCampaign = { campaignId?: string; campaignName?: string };

/** Under which names senders tell a provider of their campaign. */
const idNames = ["campaignId", "campaign_id", "campaign-id", "campaign"];
const nameNames = ["campaignName", "campaign_name", "campaign-name"];

/** As many characters of an id and of a name are taken. */
const longest = 255;

/**
 * The campaign that a message belongs to: what its sender said, else the provider's own campaign, else the message by itself,
 * because sums count mails, and of one campaign everybody gets one.
 * @param given what the sender gave to the message: tags, arguments, metadata
 * @param label what such messages are called, for one that is by itself
 */
export function campaignOf(
  given: Readonly<Record<string, unknown>>,
  own: readonly ProviderCampaign[],
  { messageId, label }: { messageId: unknown; label: unknown },
): ProviderCampaign {
  const candidates = [campaignAmong(given), ...own, campaign(messageId, label)];
  return candidates.find(({ campaignId }) => campaignId !== undefined) ?? {};
}

function campaignAmong(values: Readonly<Record<string, unknown>>): ProviderCampaign {
  const text = (names: readonly string[]) => {
    for (const name of names) {
      const found = campaignText(Object.hasOwn(values, name) ? values[name] : undefined);
      if (found !== null) return found;
    }
    return null;
  };
  return campaign(text(idNames), text(nameNames));
}

/** A campaign of two values: each may be a text, a number, a list of which the first counts, or nothing. */
export function campaign(id: unknown, name: unknown): ProviderCampaign {
  const campaignId = campaignText(id);
  if (campaignId === null) return {};
  const campaignName = campaignText(name);
  return { campaignId, ...(campaignName !== null && { campaignName }) };
}

function campaignText(value: unknown): string | null {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one !== "string" && typeof one !== "number") return null;
  const text = storableText(String(one).trim(), longest);
  return text === "" ? null : text;
}
