import { Status } from "@roster/domain/contacts/status.ts";
import { Tier } from "@roster/domain/scores/score.ts";
import { z } from "zod";
import { counters, oneOf, Reasons, Time } from "../answers.ts";

/** A contact in an answer. */
export const ContactAnswer = z.object({
  id: z.string().describe("`con_` and 26 letters and digits."),
  email: z.string().describe("In lower case."),
  name: z.string().nullable().describe("As it was given; else first and last name, where they are known."),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()).describe("Custom attributes."),
  status: Status,
  externalId: z.string().nullable().describe("The contact's name in your system."),
  locale: z.string().nullable(),
  consent: z.string().nullable(),
  source: z.string().nullable(),
  score: z.int().min(0).max(100).describe("How engaged the contact is; 50 without events."),
  tier: Tier,
  createdAt: Time,
  updatedAt: Time,
});

const older = "The same as `data`; below `/mail` only.";

export const OneContact = z.object({
  success: z.literal(true),
  data: ContactAnswer,
  contact: ContactAnswer.optional().describe(older),
});

export const ContactPage = z.object({
  success: z.literal(true),
  data: z.array(ContactAnswer),
  pagination: z.object({
    page: z.int().nullable().describe("`null` on a page that was reached by a cursor, as are the totals."),
    limit: z.int(),
    total: z.int().nullable(),
    totalPages: z.int().nullable(),
    total_pages: z.int().nullable().optional().describe("The same as `totalPages`; below `/mail` only."),
    totalIsEstimate: z
      .literal(true)
      .optional()
      .describe("There are more than 10,000, and `total` is an estimate."),
  }),
  cursor: z.string().nullable().describe("For the next page; `null` on the last."),
  hasMore: z.boolean(),
  contacts: z.array(ContactAnswer).optional().describe(older),
});

/** Why an item failed. */
export const problem = {
  field: z.string().nullable(),
  code: z.string().describe("What it is, for programs."),
  message: z.string(),
  contactId: z.string().optional().describe("The contact that is in the way."),
};

export const ImportReport = z.object({
  success: z.literal(true),
  imported: z.int().describe("`created`, `updated`, `unchanged` and `duplicate` together."),
  created: counters.created,
  updated: counters.updated,
  unchanged: counters.unchanged,
  duplicate: counters.duplicate,
  skipped: counters.skipped,
  failed: counters.failed,
  reasons: Reasons,
  errors: z.array(
    z.object({
      index: z.int().describe("The contact's place in the list, from 0."),
      email: z.string().nullable(),
      ...problem,
    }),
  ),
});

export const LookedUp = oneOf(
  z.object({ found: z.array(ContactAnswer), notFound: z.array(z.string()).describe("As they were sent.") }),
);

export const BulkReport = z.object({
  success: z.literal(true),
  ...counters,
  reasons: Reasons,
  errors: z.array(
    z.object({
      index: z.int().describe("The id's place in the list, from 0."),
      id: z.string(),
      email: z.string().nullable(),
      ...problem,
    }),
  ),
});
