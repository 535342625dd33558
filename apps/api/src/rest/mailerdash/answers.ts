import { Status } from "@roster/domain/contacts/status.ts";
import { z } from "zod";

export const Time = z.iso.datetime();

/** A contact in an answer. */
export const Contact = z.object({
  id: z.int().describe("A number of this API's own."),
  email: z.string().describe("In lower case; names the contact."),
  name: z.string().nullable().describe("As it was given; else first and last name, where they are known."),
  metadata: z.record(z.string(), z.unknown()).describe("Custom attributes."),
  status: Status,
  key_id: z.string().describe("The slug of the tenant."),
  created_at: Time,
  updated_at: Time,
});

export const ContactList = z.object({
  contacts: z.array(Contact).describe("Newest first."),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  totalIsEstimate: z
    .literal(true)
    .optional()
    .describe("There are more than 10,000, and `total` is an estimate."),
});

export const ImportReport = z.object({
  created: z.int(),
  updated: z
    .int()
    .describe("Contacts that were there: changed, as the list says already, or repeated in it."),
  failed: z.int(),
  errors: z.array(
    z.object({
      index: z.int().describe("The item's place in the list, from 0."),
      email: z.string().nullable(),
      error: z.string(),
    }),
  ),
});

export const ImportPreview = z.object({
  existing: z
    .array(z.string())
    .describe("The addresses that are contacts, in the order in which they were sent."),
  total_unique: z.int().describe("Different valid addresses."),
  total_received: z.int(),
});

export const DeletionReport = z.object({
  requested: z.int().describe("All that was sent."),
  deleted: z.int(),
  not_found: z.array(z.string()),
  forbidden: z
    .array(z.string())
    .describe("Addresses that only another tenant of the account has, which the key may not touch."),
});

/** The envelope of every error. */
export const ErrorAnswer = z.object({
  error: z.object({
    type: z.string().describe("The kind of error, for programs."),
    code: z.string().describe("What it is exactly, for programs."),
    message: z.string().describe("What was wrong, where, and how to mend it."),
    param: z.string().optional().describe("The first field at fault."),
    details: z.array(z.object({ param: z.string(), message: z.string() })).optional(),
  }),
});
