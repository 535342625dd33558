import { z } from "zod";
import { meets, type Operator, operators, type Tests } from "../condition-test.ts";
import { attributeLimits } from "../contacts/attributes.ts";
import { StorableText } from "../text/storable-text.ts";
import { neverMet } from "./condition-contradiction.ts";

/** What a rule asks for beside the type of the event; an empty one asks for nothing. All that is given must hold. */
export type RuleCondition = {
  /** Of the event. */
  campaignId?: Tests | undefined;
  /** The event's age, in days. */
  withinDays?: number | undefined;
  /** Of the contact. */
  tags?: Tests | undefined;
} & { [attribute: `metadata.${string}`]: Tests };

const most = 20;
/** Ten years. */
const mostDays = 3650;

/** A value alone means that it is there: equal, or for tags among them; a list means that one of its values is. */
function testsOf(subject: string, known: readonly Operator[], alone: "equals" | "contains") {
  const shape = Object.fromEntries(known.map((operator) => [operator, operators[operator].optional()]));
  const message = `Write a value, a list of values, or an object of operators: ${known.join(", ")}.`;
  return z
    .union([operators.equals, z.array(z.unknown()), z.record(z.string(), z.unknown())], message)
    .refine(
      (given) => typeof given !== "object" || Object.keys(given).length > 0 || Array.isArray(given),
      message,
    )
    .transform((given) =>
      Array.isArray(given) ? { in: given } : typeof given === "object" ? given : { [alone]: given },
    )
    .pipe(z.strictObject(shape))
    .transform((given, context): Tests => {
      const tests = given as Tests;
      const why = neverMet(tests, alone);
      if (why === null) return tests;
      const message = `No ${subject} ever meets this: ${why}.`;
      context.addIssue({ code: "custom", params: { code: "never_met" }, message });
      return z.NEVER;
    });
}

const campaign = testsOf(
  "campaign",
  ["equals", "not_equals", "in", "not_in", "is_empty", "is_not_empty"],
  "equals",
);
const tags = testsOf(
  "contact's tags",
  ["contains", "not_contains", "in", "not_in", "is_empty", "is_not_empty"],
  "contains",
);
const attribute = testsOf("attribute", Object.keys(operators) as Operator[], "equals");

const withinDays = z
  .number("Write a number of days.")
  .positive("No event is younger than nothing: an event always happened before now. Write at least one day.")
  .max(mostDays, `At most ${mostDays} days. Leave it out for events of any age.`);

/** A tenant's own names of a condition's parts, and those with an underscore. */
const parts = new Map<string, z.ZodType>([
  ["campaignId", campaign],
  ["withinDays", withinDays],
  ["tags", tags],
]);
const otherNames = new Map([
  ["campaign_id", "campaignId"],
  ["within_days", "withinDays"],
]);

const AttributePart = StorableText.max("metadata.".length + attributeLimits.keyCharacters).regex(
  /^metadata\../s,
);

export const RuleCondition = z
  .record(z.string(), z.unknown(), 'Write an object, such as {"withinDays": 30}.')
  .transform((given, context): RuleCondition => {
    const condition: Record<string, unknown> = {};
    if (Object.keys(given).length > most) {
      context.addIssue({ code: "custom", message: `At most ${most} conditions. Make several rules of it.` });
    }
    for (const [name, value] of Object.entries(given)) {
      const own = otherNames.get(name) ?? name;
      const part = parts.get(own) ?? (AttributePart.safeParse(own).success ? attribute : undefined);
      if (part === undefined || own in condition) {
        const message =
          part === undefined
            ? "This is no part of a condition. There are campaignId, withinDays, tags and metadata.<key>."
            : `This is another name for ${own}, which is there too. Send one of them.`;
        context.addIssue({ code: "custom", params: { code: "unknown_condition" }, path: [name], message });
        continue;
      }
      const read = part.safeParse(value);
      if (read.success) condition[own] = read.data;
      else
        for (const issue of read.error.issues)
          context.addIssue({ ...issue, path: [name, ...issue.path] } as never);
    }
    return condition as RuleCondition;
  });

/** An event as far as conditions ask. Times are milliseconds since 1970. */
export type ConditionEvent = { campaignId: string | null; at: number };

/** Whether the part about the event holds. */
export function eventMeets(
  { campaignId, withinDays }: RuleCondition,
  event: ConditionEvent,
  now: number,
): boolean {
  if (withinDays !== undefined && now - event.at > withinDays * 86_400_000) return false;
  return campaignId === undefined || meets(event.campaignId, campaignId);
}

/** Whether the part about the contact holds. */
export function contactMeets(
  condition: RuleCondition,
  contact: { tags: readonly string[]; attributes: Readonly<Record<string, unknown>> },
): boolean {
  if (condition.tags !== undefined && !meets(contact.tags, condition.tags)) return false;
  return attributeTests(condition).every(([key, tests]) => {
    const value = Object.hasOwn(contact.attributes, key) ? contact.attributes[key] : undefined;
    return meets(value as never, tests);
  });
}

/** Whether a condition asks for anything about the contact. */
export function asksForContact(condition: RuleCondition): boolean {
  return condition.tags !== undefined || attributeTests(condition).length > 0;
}

function attributeTests(condition: RuleCondition): [key: string, Tests][] {
  return Object.entries(condition).flatMap(([name, tests]) =>
    name.startsWith("metadata.") ? [[name.slice("metadata.".length), tests as Tests]] : [],
  );
}
