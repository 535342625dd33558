import { z } from "zod";
import { storableText } from "../text/text.ts";

/** What a provider's webhook tells of one recipient, in our words. */
export type ProviderEvent = {
  /** What makes it the same event when it is told again: texts whose first is the provider. They may hold the address. */
  identity: readonly string[];
  email: string;
  at: Date;
  campaignId?: string;
  campaignName?: string;
} & ProviderFact;

/** What happened. */
export type ProviderFact =
  | { type: "sent" | "delivered" | "opened" | "clicked" | "complained" | "unsubscribed" | "resubscribed" }
  | { type: "bounced"; bounce: "hard" | "soft" };

/** One request of a provider, translated. */
export type ProviderReport = {
  events: ProviderEvent[];
  /** How many told nothing that we keep: a delay, a fault of the message, a kind that is not known. */
  ignored: number;
  /** What could not be read, in a sentence each. */
  unreadable: string[];
};

export const nothing: ProviderReport = { events: [], ignored: 0, unreadable: [] };
export const oneIgnored: ProviderReport = { ...nothing, ignored: 1 };

/** A report about something that was not of the documented shape. */
export function unreadable(what: string, error: z.core.$ZodError): ProviderReport {
  const [issue] = error.issues;
  const sentence = `${what}: ${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "not readable"}`;
  return { ...nothing, unreadable: [storableText(sentence, 300)] };
}

/** The fact of a provider's word; null for a word that is not in the table. */
export function factOf(facts: Readonly<Record<string, ProviderFact>>, word: string): ProviderFact | null {
  return Object.hasOwn(facts, word) ? facts[word]! : null;
}

/** A time as providers write it, with any number of digits behind the second. */
export const ProviderTime = z.iso
  .datetime({ offset: true, error: "no time in ISO 8601" })
  .transform((text) => new Date(text));

/** The address in a text that may have a name in front of it, as in `Ana <ana@example.com>`. */
export function bareAddress(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
}
