import { ruleChanges, ruleFields } from "@roster/domain/scores/scoring-rule.ts";
import { z } from "zod";

/** The names with an underscore, which older clients send. */
const otherNames = { event_type: "eventType", score_delta: "scoreDelta", is_active: "isActive" } as const;

/** Gives fields their own names; where both are sent, the other one is refused as a field that is not known. */
function renamed(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const own = Object.hasOwn(otherNames, name) ? otherNames[name as keyof typeof otherNames] : name;
      return [own in body ? name : own, value];
    }),
  );
}

const noObject = "Send the rule as a JSON object, with Content-Type: application/json.";

/** A new rule. */
export const NewRule = z.preprocess(renamed, z.strictObject(ruleFields, noObject));

/** What is to change of a rule. */
export const RuleChange = z.preprocess(renamed, z.strictObject(ruleChanges, noObject));

/** A body that says nothing. */
export const NothingMore = z.strictObject({}, "Send no body, or an empty object.");

/** The path of one rule. */
export const RulePath = z.object({ id: z.string().describe("The rule's id, a UUID.") });
