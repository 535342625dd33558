import { FieldType } from "@roster/domain/contacts/contact-field.ts";
import { z } from "zod";

const Time = z.iso.datetime();

const fields = {
  id: z.uuid(),
  email: z.string().describe("In lower case."),
  subscribed: z.boolean().describe("Whether the contact may be mailed."),
  data: z
    .record(z.string(), z.unknown())
    .describe(
      "Custom fields, with `firstName`, `lastName`, `phone`, `locale` and `tags` where they are set.",
    ),
  createdAt: Time,
  updatedAt: Time,
};

/** A contact in an answer. */
export const Contact = z.object(fields);

export const WrittenContact = z.object({
  ...fields,
  _meta: z.object({ isNew: z.boolean(), isUpdate: z.boolean() }),
});

export const ContactPage = z.object({
  contacts: z.array(Contact).describe("Newest first."),
  data: z.array(Contact).describe("The same as `contacts`."),
  cursor: z.string().nullable().describe("For the next page; `null` on the last."),
  hasMore: z.boolean(),
  total: z.int().optional().describe("On the first page only."),
  totalIsEstimate: z
    .literal(true)
    .optional()
    .describe("There are more than 10,000, and `total` is an estimate."),
});

export const LookedUp = z.object({
  found: z.array(Contact).describe("Each once, in the order given."),
  notFound: z.array(z.string()).describe("As they were sent."),
});

export const Fields = z.object({
  fields: z.array(
    z.object({
      field: z.string().describe("Custom fields begin with `data.`"),
      type: FieldType,
      coverage: z.number().min(0).max(100).describe("The part of the contacts that have it, in percent."),
    }),
  ),
  count: z.int(),
});

export const Queued = z.object({ message: z.string(), jobId: z.uuid() });

const job = {
  id: z.uuid(),
  state: z.enum(["waiting", "active", "completed", "failed", "delayed"]),
  progress: z.int().min(0).max(100),
  data: z.object({}),
  failedReason: z.string().nullable(),
};

/** The result of a job that has ended; null until then, and where it did nothing. */
export const ImportJob = z.object({
  ...job,
  result: z
    .object({
      totalRows: z.int(),
      successCount: z.int(),
      createdCount: z.int(),
      updatedCount: z
        .int()
        .describe("Contacts that were there: changed, as the file says already, or repeated in it."),
      failureCount: z.int(),
      errors: z
        .array(
          z.object({
            row: z.int().describe("As a spreadsheet shows it: the header is 1."),
            email: z.string().nullable(),
            error: z.string(),
          }),
        )
        .describe("The first 100."),
    })
    .nullable(),
});

export const BulkJob = z.object({
  ...job,
  result: z
    .object({
      operation: z.enum(["subscribe", "unsubscribe", "delete"]),
      totalRequested: z.int(),
      successCount: z.int(),
      unchangedCount: z.int(),
      failureCount: z.int(),
      errors: z
        .array(
          z.object({ contactId: z.string().nullable(), email: z.string().nullable(), error: z.string() }),
        )
        .describe("The first 100."),
    })
    .nullable(),
});

/** The envelope of every error. */
export const ErrorAnswer = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.string().describe("What it is, for programs."),
    message: z.string().describe("What was wrong, where, and how to mend it."),
    statusCode: z.int(),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string(), code: z.string() })).optional(),
    suggestion: z.string().optional(),
  }),
  timestamp: Time,
});
