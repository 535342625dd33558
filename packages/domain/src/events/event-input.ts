import { z } from "zod";
import { readContactId } from "../contacts/house-id.ts";
import { parseEmail } from "../email/email.ts";
import { type RowProblem, rowProblem } from "../imports/row-problem.ts";
import { isStorable } from "../text/text.ts";
import { Bounce, type ContactEvent, EventType } from "./event.ts";

/** Most events in one request. */
export const eventsLimit = 1000;

/** Longest texts, in characters. */
const eventTexts = { id: 255, campaignId: 255, campaignName: 255 } as const;

const day = 86_400_000;
/**
 * Older events are refused, since ids are known for so long: without that an old event that is sent again would count twice.
 */
export const eventAgeDays = 90;
/** How far ahead of ours a sender's clock may be. */
const aheadDays = 1;

const text = (limit: number) => z.string().max(limit).nullish();

/** An event as callers write it. What is null or empty is absent; `readEvent` judges what the types leave open. */
export const EventInput = z.strictObject({
  /** The sender's own: an id that was seen within 90 days counts as a duplicate, and changes nothing. */
  id: text(eventTexts.id),
  type: EventType,
  email: z.string().nullish(),
  /** Where it is there, it decides, and the email is not looked at. */
  contactId: z.string().nullish(),
  campaignId: text(eventTexts.campaignId),
  campaignName: text(eventTexts.campaignName),
  /** Of a bounce; hard unless it says otherwise. */
  bounce: Bounce.nullish(),
  /** When it happened; now, where nothing is said. */
  at: z.string().nullish(),
});
export type EventInput = z.infer<typeof EventInput>;

/** The fields of an event, as requests and files name them. */
export type EventField = keyof EventInput;

/** An event that was read, with whom it is about. */
export type ReportedEvent = {
  /** The sender's; null where there is none, and then nothing tells a repetition from another event. */
  id: string | null;
  /** A UUID, or a normalised email. */
  contact: { id: string } | { email: string };
  event: ContactEvent;
};

export type EventResult = { ok: true; input: ReportedEvent } | { ok: false; problem: RowProblem };

const typeWords = new Map<string, EventType>([
  ...EventType.options.map((type) => [type, type] as const),
  ["send", "sent"],
  ["delivery", "delivered"],
  ["open", "opened"],
  ["click", "clicked"],
  ["bounce", "bounced"],
  ["complaint", "complained"],
  ["unsubscribe", "unsubscribed"],
  ["resubscribe", "resubscribed"],
]);

/**
 * Reads an event, of a request or of a row: texts are trimmed, types also read as nouns and in any case.
 * @param now when it was told: the time of an event without one, and what its age is measured by
 */
export function readEvent(given: Readonly<{ [Field in EventField]?: unknown }>, now: Date): EventResult {
  const texts: { [Field in EventField]?: string } = {};
  for (const field in given) {
    const value = given[field as EventField];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") return failed("wrong_type", field, value, `${field} must be a text.`);
    const trimmed = value.trim();
    if (trimmed === "") continue;
    if (!isStorable(trimmed)) {
      return failed(
        "invalid_characters",
        field,
        value,
        `${field} holds characters that are no text. Remove them.`,
      );
    }
    texts[field as EventField] = trimmed;
  }
  for (const field of ["id", "campaignId", "campaignName"] as const) {
    if ((texts[field]?.length ?? 0) <= eventTexts[field]) continue;
    const message = `${field} is longer than ${eventTexts[field]} characters. Shorten it.`;
    return failed("text_too_long", field, texts[field], message);
  }
  const type = typeWords.get(texts.type?.toLowerCase() ?? "");
  if (type === undefined) {
    return failed("type_invalid", "type", texts.type, `The type is one of ${EventType.options.join(", ")}.`);
  }
  const bounce = readBounce(type, texts.bounce);
  if (bounce === undefined) {
    const message =
      type === "bounced"
        ? "A bounce is hard or soft."
        : "Only an event of the type bounced has a bounce. Leave it out.";
    return failed("bounce_invalid", "bounce", texts.bounce, message);
  }
  const at = texts.at === undefined ? { ok: true as const, at: now } : readTime(texts.at, now);
  if (!at.ok) return at;
  const contact = readWhom(texts);
  if (!contact.ok) return contact;
  const { id = null, campaignId = null, campaignName = null } = texts;
  return {
    ok: true,
    input: { id, contact: contact.contact, event: { type, at: at.at, campaignId, campaignName, bounce } },
  };
}

const failed = (...problem: Parameters<typeof rowProblem>): { ok: false; problem: RowProblem } => ({
  ok: false,
  problem: rowProblem(...problem),
});

/** @returns undefined for what cannot be; a bounce that says nothing more is taken for a hard one: nobody is mailed for it */
function readBounce(type: EventType, given: string | undefined): Bounce | null | undefined {
  if (type !== "bounced") return given === undefined ? null : undefined;
  return given === undefined ? "hard" : Bounce.safeParse(given.toLowerCase()).data;
}

const isoTime = z.regexes.datetime({ offset: true });

function readTime(text: string, now: Date): { ok: true; at: Date } | { ok: false; problem: RowProblem } {
  const iso = text.replace(" ", "T").toUpperCase();
  if (!isoTime.test(iso)) {
    const message = "Write the time with its zone, such as 2026-04-15T10:00:00Z.";
    return failed("time_invalid", "at", text, message);
  }
  const at = new Date(iso);
  if (+at < +now - eventAgeDays * day) {
    const message = `The event is older than ${eventAgeDays} days: by then its id is no longer known, and it could be counted twice.`;
    return failed("event_too_old", "at", text, message);
  }
  if (+at > +now + aheadDays * day) {
    const message = "The event lies more than a day ahead. Check the clock, or the zone, of who sends it.";
    return failed("event_in_future", "at", text, message);
  }
  return { ok: true, at };
}

function readWhom({
  contactId,
  email,
}: {
  contactId?: string;
  email?: string;
}): { ok: true; contact: ReportedEvent["contact"] } | { ok: false; problem: RowProblem } {
  if (contactId !== undefined) {
    const id = readContactId(contactId);
    return id === null
      ? { ok: false, problem: unknownContact("contactId", contactId) }
      : { ok: true, contact: { id } };
  }
  if (email === undefined) {
    return failed("contact_missing", "email", null, "Say whom it is about: give an email or a contactId.");
  }
  const parsed = parseEmail(email);
  if (!parsed.ok) return failed("email_invalid", "email", email, parsed.message);
  return { ok: true, contact: { email: parsed.email } };
}

/** What is said of an event of somebody who is no contact. */
export function unknownContact(field: "contactId" | "email", value: string): RowProblem {
  const message = `There is no contact with this ${field === "email" ? "address" : "id"}. Create the contact first, then send the event again.`;
  return rowProblem("contact_unknown", field, value, message);
}
