import { z } from "zod";
import { StorableText } from "../text/storable-text.ts";
import { type SegmentOperator, segmentOperators } from "./segment-field.ts";
import { ruleProblem } from "./segment-rule.ts";
import { RelativeTime } from "./segment-time.ts";

/** Most rules of a segment, most groups inside each other, and the sizes of what a rule compares with. */
export const segmentLimits = { rules: 100, depth: 5, values: 1000, characters: 500, name: 100 } as const;

const Scalar = z.union([
  StorableText.min(1, "An empty text is in every text. Use is_empty or is_not_empty.").max(
    segmentLimits.characters,
    `At most ${segmentLimits.characters} characters.`,
  ),
  z.number(),
  z.boolean(),
]);

const Value = z.union(
  [
    Scalar,
    RelativeTime,
    z.array(Scalar).min(1).max(segmentLimits.values, `At most ${segmentLimits.values} values.`),
  ],
  `Send a text of 1 to ${segmentLimits.characters} characters, a number, true or false, {"daysAgo": 30}, or a list of 1 to ${segmentLimits.values} of the first three.`,
);

/** One question about one field of a contact. */
export const SegmentRule = z
  .strictObject({
    field: z
      .string()
      .min(1)
      .max(200)
      .describe("A contact's field, such as `status`, or `metadata.` and an attribute's name."),
    operator: z.enum(segmentOperators),
    value: Value.optional().describe(
      "What the field is compared with; a list for `in` and `not_in`; nothing for `is_empty` and `is_not_empty`.",
    ),
  })
  .superRefine((rule, context) => {
    const problem = ruleProblem(rule);
    if (problem === null) return;
    const { at, code, message } = problem;
    context.addIssue({ code: "custom", params: { code }, path: [at], message });
  });
export type SegmentRule = { field: string; operator: SegmentOperator; value?: SegmentValue | undefined };
export type SegmentValue = z.infer<typeof Value>;

const Conjunction = z.enum(["AND", "OR"]).describe("Whether all of the rules have to apply, or one of them.");
const expected = `Write AND or OR with rules, no more than ${segmentLimits.depth} groups inside each other, or an operator: ${segmentOperators.join(", ")}.`;

const atLeastOne = "Give at least one rule.";
/** The innermost group: it has no groups in it. */
const Innermost = z.strictObject({
  operator: Conjunction,
  rules: z.array(z.discriminatedUnion("operator", [SegmentRule], expected)).min(1, atLeastOne),
});
const around = <Inner extends z.core.$ZodTypeDiscriminable>(inner: Inner) =>
  z.strictObject({
    operator: Conjunction,
    rules: z.array(z.discriminatedUnion("operator", [SegmentRule, inner], expected)).min(1, atLeastOne),
  });

/** Rules and groups of rules. Written out level by level, so that no input is followed deeper than that. */
export const SegmentFilter = around(around(around(around(Innermost)))).superRefine((filter, context) => {
  const n = countRules(filter);
  if (n <= segmentLimits.rules) return;
  const message = `There are ${n} rules, and a segment has at most ${segmentLimits.rules}. Use in for many values of a field.`;
  context.addIssue({ code: "custom", params: { code: "too_many_rules" }, path: ["rules"], message });
});
export type SegmentFilter = { operator: "AND" | "OR"; rules: readonly (SegmentRule | SegmentFilter)[] };

/** What people call a segment. No two segments of a tenant have the same name. */
export const SegmentName = StorableText.trim()
  .min(1, "Give the segment a name.")
  .max(segmentLimits.name, `A name has at most ${segmentLimits.name} characters.`);

/** Whether a member of a group is a group itself. */
export function isGroup(member: SegmentRule | SegmentFilter): member is SegmentFilter {
  return "rules" in member;
}

function countRules({ rules }: SegmentFilter): number {
  return rules.reduce((n, member) => n + (isGroup(member) ? countRules(member) : 1), 0);
}
