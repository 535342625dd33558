import { z } from "zod";
import { EventType } from "../events/event.ts";
import { StorableText } from "../text/storable-text.ts";
import {
  asksForContact,
  type ConditionEvent,
  contactMeets,
  eventMeets,
  RuleCondition,
} from "./rule-condition.ts";

/** Most rules of a tenant: each is asked about every contact. */
export const ruleLimit = 100;

const events = EventType.options.map((type) => `email.${type}`).join(", ");

/** `opened`, or as it is shown `email.opened`. */
const RuleEvent = z
  .string(`Write one of ${events}.`)
  .transform((word) => (word.startsWith("email.") ? word.slice("email.".length) : word))
  .pipe(
    z.enum(
      EventType.options,
      `There is no such event, so that the rule could never match. Write one of ${events}.`,
    ),
  );

const delta = `Write a whole number from -100 to 100 that is not 0: a rule that adds nothing could never change a score.`;

const fields = {
  name: StorableText.trim().min(1, "Give the rule a name.").max(100),
  eventType: RuleEvent,
  description: StorableText.trim().max(1000).nullable(),
  condition: RuleCondition,
  scoreDelta: z
    .int(delta)
    .min(-100, delta)
    .max(100, delta)
    .refine((n) => n !== 0, delta),
  isActive: z.boolean(),
  priority: z.int32(),
};

/** What a rule is made of, as a caller gives it. */
export const ruleFields = {
  ...fields,
  description: fields.description.default(null),
  condition: RuleCondition.prefault({}),
  isActive: fields.isActive.default(true),
  priority: fields.priority.default(0),
};
const RuleInput = z.object(ruleFields);
export type RuleInput = z.output<typeof RuleInput>;

/** What may be changed of a rule: what is not given stays. */
export const ruleChanges = z.object(fields).partial().shape;
const RuleChanges = z.object(ruleChanges);
export type RuleChanges = z.output<typeof RuleChanges>;

/** A tenant's own rule about scores: whoever had such an event gets so many points more or less. */
export type ScoringRule = RuleInput & { id: string; createdAt: Date; updatedAt: Date };

/** The order in which rules are applied and listed: higher priority first, then the older one. */
export function byPriority(
  a: Pick<ScoringRule, "priority" | "id">,
  b: Pick<ScoringRule, "priority" | "id">,
): number {
  return b.priority - a.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What rules can ask of a contact. Of events that differ only in time the latest is enough. */
export type RuleSubject = {
  events: readonly (ConditionEvent & { type: EventType })[];
  tags: readonly string[];
  attributes: Readonly<Record<string, unknown>>;
};

/**
 * What a contact's matching rules add to its score, in the order of the rules. A rule counts once, however many of its events
 * the contact had.
 * @param rules active ones, sorted by `byPriority`
 * @param now milliseconds since 1970
 */
export function matchedDeltas(
  rules: readonly Pick<ScoringRule, "eventType" | "condition" | "scoreDelta">[],
  subject: RuleSubject,
  now: number,
): number[] {
  return rules
    .filter(
      ({ eventType, condition }) =>
        subject.events.some((event) => event.type === eventType && eventMeets(condition, event, now)) &&
        contactMeets(condition, subject),
    )
    .map(({ scoreDelta }) => scoreDelta);
}

/** What has to be known of contacts for rules to be asked. */
export type RuleNeeds = {
  /** Events of these types. */
  types: EventType[];
  /** Whether more than the first event of each type and campaign counts. */
  precisely: boolean;
  /** Whether it counts of which campaign an event is. */
  campaigns: boolean;
  /** Whether tags and attributes count. */
  contacts: boolean;
};

export function ruleNeeds(rules: readonly Pick<ScoringRule, "eventType" | "condition">[]): RuleNeeds {
  return {
    types: [...new Set(rules.map(({ eventType }) => eventType))],
    // The history of campaigns does not have who left or came back without one.
    precisely: rules.some(
      ({ eventType, condition: { withinDays, campaignId } }) =>
        withinDays !== undefined ||
        (campaignId !== undefined && (eventType === "unsubscribed" || eventType === "resubscribed")),
    ),
    campaigns: rules.some(({ condition: { campaignId } }) => campaignId !== undefined),
    contacts: rules.some(({ condition }) => asksForContact(condition)),
  };
}
