import { z } from "zod";
import { statusWords } from "./status-word.ts";

const Time = z.iso.datetime();

/** A contact in an answer. */
export const Contact = z.object({
  id: z.uuid(),
  email: z.string().describe("In lower case."),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
  status: z.enum(Object.values(statusWords)),
  tags: z.array(z.string()),
  customFields: z.record(z.string(), z.unknown()),
  created_at: Time,
  updated_at: Time,
});

export const OneContact = z.object({ success: z.literal(true), contact: Contact });

export const ContactPage = z.object({
  success: z.literal(true),
  contacts: z.array(Contact).describe("Newest first."),
  data: z.array(Contact).describe("The same as `contacts`."),
  pagination: z.object({
    page: z.int(),
    limit: z.int(),
    total: z.int(),
    total_pages: z.int(),
    totalPages: z.int().describe("The same as `total_pages`."),
    totalIsEstimate: z
      .literal(true)
      .optional()
      .describe("There are more than 10,000, and `total` is an estimate."),
  }),
});

export const Done = z.object({ success: z.literal(true) });

export const ImportReport = z.object({
  success: z.literal(true),
  imported: z.int().describe("New contacts."),
  updated: z.int().describe("Contacts that were there, or came twice: 0 without `update_existing`."),
  skipped: z.int().describe("Contacts that were left as they are, and rows that failed."),
  reasons: z
    .record(z.string(), z.int())
    .describe("How many kept their status, and why: `kept_unsubscribed`, `kept_bounced`, `kept_complained`."),
  errors: z.array(
    z.object({
      row: z.int().describe("In a CSV as a spreadsheet shows it, the header is 1; in a list from 1."),
      email: z.string().nullable(),
      error: z.string(),
    }),
  ),
});

/** The envelope of every error. */
export const ErrorAnswer = z.object({
  success: z.literal(false),
  error: z.string().describe("What was wrong, where, and how to mend it."),
  code: z.string().describe("What it is, for programs."),
  details: z
    .object({ fieldErrors: z.record(z.string(), z.array(z.string())), formErrors: z.array(z.string()) })
    .optional(),
  contactId: z.uuid().optional().describe("The contact that is in the way."),
  retryAfter: z.int().optional().describe("Beyond the limit of requests: the seconds until the next."),
});
