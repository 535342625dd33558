import type { CounterName } from "@roster/domain/imports/import-report.ts";
import { z } from "zod";

export const Time = z.iso.datetime();

/** One object in this dialect's envelope. */
export function oneOf<S extends z.ZodType>(data: S) {
  return z.object({ success: z.literal(true), data });
}

/** A keyset page in this dialect's envelope. */
export function manyOf<S extends z.ZodType>(data: S) {
  return z.object({
    success: z.literal(true),
    data: z.array(data),
    cursor: z.string().nullable().describe("For the next page; `null` on the last."),
    hasMore: z.boolean(),
  });
}

export const Done = z.object({ success: z.literal(true) });

export const Queued = oneOf(z.object({ jobId: z.uuid(), status: z.literal("queued") }));

/** Every row is in exactly one of them. */
export const counters = {
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  duplicate: z.int(),
  skipped: z.int(),
  failed: z.int(),
  deleted: z.int(),
} satisfies Record<CounterName, z.ZodInt>;

export const Reasons = z
  .record(z.string(), z.int())
  .describe("How many kept their status, and why: `kept_unsubscribed`, `kept_bounced`, `kept_complained`.");

/** The envelope of every error. */
export const ErrorAnswer = z.object({
  success: z.literal(false),
  error: z.string().describe("What was wrong, where, and how to mend it."),
  code: z.string().describe("What it is, for programs."),
  contactId: z.string().optional().describe("The contact that is in the way."),
  field: z.string().optional().describe("What contacts that cannot become one are in conflict about."),
  contactIds: z
    .array(z.string())
    .optional()
    .describe("Which they are; none where it is all of them together."),
  retryAfter: z.int().optional().describe("Beyond the limit of requests: the seconds until the next."),
  details: z
    .object({ fieldErrors: z.record(z.string(), z.array(z.string())), formErrors: z.array(z.string()) })
    .optional(),
});
