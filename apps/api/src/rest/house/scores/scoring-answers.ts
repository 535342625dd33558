import { EventType } from "@roster/domain/events/event.ts";
import { Frequency, Tier } from "@roster/domain/scores/score.ts";
import { z } from "zod";
import { Time } from "../answers.ts";

const score = {
  score: z.int().min(0).max(100),
  tier: Tier,
  factors: z.object({
    openRate: z.number().describe("The part of the mails that was opened, 0–1."),
    clickRate: z.number().describe("The part of the mails that was clicked, 0–1."),
    recency: z
      .string()
      .nullable()
      .describe("Days since the last open or click, as `3d`; `null` without any."),
    frequency: Frequency.describe("How often something was opened or clicked of late."),
  }),
};

/** A contact's score, once beside the envelope and once within. */
export const ScoreAnswer = z.object({ success: z.literal(true), ...score, data: z.object(score) });

/** A rule in an answer. */
export const Rule = z.object({
  id: z.uuid(),
  name: z.string(),
  eventType: z.enum(EventType.options.map((type) => `email.${type}`)),
  description: z.string().nullable(),
  condition: z.record(z.string(), z.unknown()),
  scoreDelta: z.int(),
  isActive: z.boolean(),
  priority: z.int(),
  createdAt: Time,
  updatedAt: Time,
});

const rescoreJobId = z
  .uuid()
  .nullable()
  .describe("The job that recomputes the scores for it; `null` where no score can change.");

export const OneRule = z.object({ success: z.literal(true), data: Rule });
export const WrittenRule = OneRule.extend({ rescoreJobId });
export const DeletedRule = z.object({ success: z.literal(true), rescoreJobId });

export const Rules = z.object({
  success: z.literal(true),
  data: z.array(Rule),
  pagination: z.object({ page: z.int(), limit: z.int(), total: z.int(), totalPages: z.int() }),
});
