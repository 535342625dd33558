import { Status } from "@roster/domain/contacts/status.ts";
import { SuppressedStatus } from "@roster/domain/suppressions/suppression-entry.ts";
import { z } from "zod";
import { counters, manyOf, oneOf, Time } from "../answers.ts";

/** An entry without its address. */
export const suppressionEntry = {
  id: z.uuid(),
  status: SuppressedStatus,
  reason: z
    .string()
    .describe(
      "Why: `added`, `imported`, `deleted`, `erased`, `address_changed`, or the word of whoever added it.",
    ),
  source: z.string().nullable().describe("The key, the job or the merge that made the entry."),
  createdAt: Time,
};

/** An address on the list. */
export const Suppression = z.object({
  ...suppressionEntry,
  email: z
    .string()
    .nullable()
    .describe("`null` unless you asked for this address: only a keyed hash of it is kept."),
});

export const SuppressionPage = manyOf(Suppression);

export const SuppressionReport = z.object({
  success: z.literal(true),
  created: counters.created.describe("Addresses that were not on the list."),
  updated: counters.updated.describe("Entries or contacts that became stricter."),
  unchanged: counters.unchanged,
  duplicate: counters.duplicate,
  failed: counters.failed,
  errors: z.array(
    z.object({
      index: z.int().describe("The address's place in the list, from 0."),
      email: z.string(),
      field: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

export const Checked = oneOf(
  z.object({
    suppressed: z.array(
      z.object({
        email: z.string(),
        status: SuppressedStatus.describe("The stricter of the entry's and the contact's."),
        entry: z.object(suppressionEntry).nullable(),
        contact: z.object({ id: z.string(), status: Status }).nullable(),
      }),
    ),
    clear: z.array(z.string()).describe("Addresses that nothing speaks against, normalised."),
    invalid: z.array(z.string()).describe("What is no address, as it was sent."),
  }),
);
