import { FoundClass, HealthReason, HealthRules } from "@roster/domain/health/list-health.ts";
import { z } from "zod";
import { Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";

const ReasonCounts = z
  .record(HealthReason, z.int())
  .describe("How many contacts have each reason; a contact may have several.");

export const HealthJob = z.object({ jobId: z.uuid(), status: z.enum(["queued", "running"]) });

const perClass = {
  healthyCount: z.int(),
  invalidCount: z.int(),
  riskyCount: z.int(),
  unengagedCount: z.int(),
};

export const HealthStats = z.object({
  totalContacts: z.int().describe("As it is now, as are the next three."),
  activeContacts: z.int(),
  bouncedCount: z.int(),
  complainedCount: z.int(),
  healthScore: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .describe("As the last run found it; `null`, as all that follows, before the first one."),
  lastRunAt: Time.nullable(),
  lastRunId: z.uuid().nullable(),
  healthyCount: z.int().nullable(),
  invalidCount: z.int().nullable(),
  riskyCount: z.int().nullable(),
  unengagedCount: z.int().nullable(),
  reasons: ReasonCounts.nullable(),
  rules: HealthRules.nullable().describe("What contacts were held against."),
  dns: z.boolean().nullable().describe("Whether domains were asked for their mail servers."),
  unanswered: z.int().nullable().describe("Contacts whose domain was asked for and gave no answer."),
  runningJobId: z.uuid().nullable().describe("The run that is queued or running."),
});

export const HealthRun = z.object({
  id: z.uuid().describe("That of its job."),
  startedAt: Time,
  finishedAt: Time,
  healthScore: z.int().min(0).max(100),
  contacts: z.int(),
  ...perClass,
  bouncedCount: z.int(),
  complainedCount: z.int(),
  reasons: ReasonCounts,
  rules: HealthRules,
  dns: z.boolean(),
  unanswered: z.int(),
  findingsKept: z.boolean().describe("Whether whom it found can still be listed."),
});

/** A contact as it is now, with what a run found of it. */
export const Finding = z.object({
  ...ContactAnswer.shape,
  class: FoundClass,
  reasons: z.array(HealthReason),
  suggestion: z.string().nullable().describe("The address that was probably meant."),
  lastOpenedAt: Time.nullable(),
});

export const Findings = z.object({
  success: z.literal(true),
  data: z.array(Finding),
  cursor: z.string().nullable().describe("For the next page; `null` on the last."),
  hasMore: z.boolean(),
  runId: z.uuid().nullable().describe("The run that found them; `null` before the first one."),
});
