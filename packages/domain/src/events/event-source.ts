import { z } from "zod";
import type { FieldIssue } from "../refusal.ts";
import { secretForm, secretText } from "../text/base62.ts";
import { StorableText } from "../text/storable-text.ts";
import { TopicArn } from "./sns-message.ts";

/** Whose webhooks can be received. */
export const EventProvider = z.enum(["ses", "sendgrid", "postmark"]);
export type EventProvider = z.infer<typeof EventProvider>;

/** Sources of a tenant: more than anybody has senders, and few enough for one page. */
export const sourceLimit = 100;

/** What a source is called; unique in its tenant. */
export const SourceName = StorableText.trim().min(1).max(100);

/** SendGrid shows its key as base64 without the lines that PEM has around it; both are read. */
const VerificationKey = z
  .string()
  .max(2000)
  .transform((text) => text.replaceAll(/-----[A-Z ]+-----|\s/g, ""))
  .refine(
    (text) => /^[A-Za-z0-9+/]{1,1000}={0,2}$/.test(text),
    "Give the verification key as SendGrid shows it, in base64.",
  );

/** What each provider's webhooks are checked and read by. */
export const sourceSettings = {
  ses: z.strictObject({
    topicArn: TopicArn.describe("The SNS topic that may speak here."),
  }),
  sendgrid: z.strictObject({
    publicKey: VerificationKey.nullable()
      .default(null)
      .describe("The webhook's verification key; until it is there, everything is refused."),
    countMachineOpens: z
      .boolean()
      .default(false)
      .describe("Whether opens count that a machine made, such as Apple's mail privacy protection."),
  }),
  postmark: z.strictObject({
    basicAuth: z
      .boolean()
      .default(true)
      .describe("Whether requests have to bring the user name and password that come with the address."),
  }),
};

/** What a source is asked to be. */
export const EventSourceWish = z.discriminatedUnion("provider", [
  z.strictObject({ name: SourceName, provider: z.literal("ses"), settings: sourceSettings.ses }),
  z.strictObject({
    name: SourceName,
    provider: z.literal("sendgrid"),
    settings: sourceSettings.sendgrid.default({ publicKey: null, countMachineOpens: false }),
  }),
  z.strictObject({
    name: SourceName,
    provider: z.literal("postmark"),
    settings: sourceSettings.postmark.default({ basicAuth: true }),
  }),
]);
export type EventSourceWish = z.infer<typeof EventSourceWish>;

/** A provider with its settings. */
export type SourceKind = EventSourceWish extends infer Wish
  ? Wish extends { provider: EventProvider; settings: object }
    ? Pick<Wish, "provider" | "settings">
    : never
  : never;

/** What may be changed of a source. Its provider may not: another one is another source. */
export const EventSourceChange = z.strictObject({
  name: SourceName.optional(),
  settings: z
    .strictObject({
      topicArn: TopicArn.optional(),
      publicKey: VerificationKey.nullable().optional(),
      countMachineOpens: z.boolean().optional(),
      basicAuth: z.boolean().optional(),
    })
    .optional()
    .describe("Those of the source's provider; what is left out stays."),
});
export type EventSourceChange = z.infer<typeof EventSourceChange>;

export type SettingsResult = { ok: true; kind: SourceKind } | { ok: false; issues: FieldIssue[] };

/** Settings with a change: an absent one stays. Those of another provider are refused by name. */
export function changeSettings(kind: SourceKind, change: EventSourceChange["settings"] = {}): SettingsResult {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const known = sourceSettings[kind.provider].shape;
  const issues = given
    .filter(([name]) => !Object.hasOwn(known, name))
    .map(([name]) => ({
      field: `settings.${name}`,
      code: "setting_of_another_provider",
      message: `A source of ${kind.provider} has no such setting; it has ${Object.keys(known).join(", ")}.`,
    }));
  if (issues.length > 0) return { ok: false, issues };
  const settings = { ...kind.settings, ...Object.fromEntries(given) };
  return { ok: true, kind: { provider: kind.provider, settings } as SourceKind };
}

const tokenPrefix = "evs_";
const tokenForm = new RegExp(`^${tokenPrefix}${secretForm}$`);
const shownDigits = 4;

/** The secret end of a source's address. @param random 32 fresh random bytes */
export function formatSourceToken(random: Uint8Array): string {
  return tokenPrefix + secretText(random);
}

/** Whether a text can be a token: one that cannot needs no look-up to be turned away. */
export function isSourceToken(text: string): boolean {
  return tokenForm.test(text);
}

/** The first characters of a token, by which its owner recognises it. */
export function tokenBeginning(token: string): string {
  return token.slice(0, tokenPrefix.length + shownDigits);
}

/** The user whom a source with a password expects. */
export const sourceUser = "roster";

/** For so long, and for so long ahead, SendGrid's own time of a request is believed. It tries again for 24 h. */
const sendgridPastMs = 25 * 60 * 60 * 1000;
const sendgridFutureMs = 10 * 60 * 1000;

/**
 * Whether a signed request of SendGrid is recent. Within the window a request that is sent again changes nothing, because its
 * events are known by their ids.
 * @param timestamp as it is signed: seconds since 1970
 */
export function isRecent(timestamp: string, now: Date): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  const age = now.getTime() - Number(timestamp) * 1000;
  return age <= sendgridPastMs && age >= -sendgridFutureMs;
}
