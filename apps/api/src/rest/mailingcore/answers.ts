import { z } from "zod";

const Time = z.iso.datetime();

/** A contact in an answer. */
export const Contact = z.object({
  id: z.uuid(),
  externalId: z.string().nullable().describe("The contact's name in your system."),
  email: z.string().describe("In lower case."),
  locale: z.string().nullable(),
  optIn: z.boolean().describe("Whether the contact may be mailed."),
  attributes: z
    .record(z.string(), z.unknown())
    .describe(
      "Custom attributes, with `firstName`, `lastName`, `phone`, `locale` and `tags` where they are set.",
    ),
  consentVersion: z.string().nullable(),
  source: z.string().nullable(),
  createdAt: Time,
  updatedAt: Time,
});

export const ContactPage = z.object({
  data: z.array(Contact),
  meta: z.object({
    page: z.int().nullable().describe("`null` on a page that was reached by a cursor, as are both totals."),
    limit: z.int(),
    total: z.int().nullable(),
    totalPages: z.int().nullable(),
    totalIsEstimate: z
      .literal(true)
      .optional()
      .describe("There are more than 10,000, and `total` is an estimate."),
  }),
  cursor: z
    .string()
    .nullable()
    .describe("For the next page. Never `null` with `updatedSince`: kept, it finds later changes."),
});

export const BulkReport = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  failed: z.int(),
  reasons: z
    .record(z.string(), z.int())
    .describe(
      "How many did not get the status that they would have, and why: `kept_unsubscribed`, `no_consent`, …",
    ),
  errors: z.array(
    z.object({
      index: z.int().describe("The contact's place in the list, from 0."),
      externalId: z.string().optional(),
      email: z.string().optional(),
      code: z.string().describe("What it is, for programs."),
      message: z.string(),
    }),
  ),
});

export const LocaleCoverage = z
  .array(
    z.object({
      locale: z.string().nullable().describe("`null`: the contacts without one."),
      count: z.int(),
      optedIn: z.int(),
    }),
  )
  .describe("The most frequent locale first.");

/** The envelope of every error. */
export const ErrorAnswer = z.object({
  statusCode: z.int(),
  message: z.string().describe("What was wrong, where, and how to mend it."),
  path: z.string(),
  timestamp: Time,
});
