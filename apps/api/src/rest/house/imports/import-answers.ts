import { Status } from "@roster/domain/contacts/status.ts";
import { Bounce, EventType } from "@roster/domain/events/event.ts";
import { z } from "zod";
import { oneOf, Time } from "../answers.ts";
import { FileShape } from "../jobs/job-answers.ts";

const problem = {
  code: z.string().describe("What it is, for programs."),
  field: z.string().nullable(),
  value: z.string().nullable(),
  message: z.string(),
};

/** What an import of a file would make of its beginning. */
export const ImportPreview = oneOf(
  z.object({
    uploadId: z.uuid().describe("Names the file, for the import itself."),
    shape: FileShape,
    columns: z.array(
      z.object({
        header: z.string(),
        field: z.string().nullable(),
        attribute: z.string().nullable(),
        ignored: z.boolean(),
        by: z.enum(["caller", "header", "content", "attribute"]),
        reason: z.string().describe("Why the column becomes what it becomes."),
        samples: z.array(z.string()),
      }),
    ),
    rows: z.array(
      z.object({
        row: z.int(),
        contact: z.record(z.string(), z.unknown()).nullable(),
        suppression: z.object({ email: z.string(), status: Status }).nullable(),
        event: z
          .object({
            id: z.string().nullable(),
            contact: z.union([z.object({ id: z.uuid() }), z.object({ email: z.string() })]),
            event: z.object({
              type: EventType,
              at: Time,
              campaignId: z.string().nullable(),
              campaignName: z.string().nullable(),
              bounce: Bounce.nullable(),
            }),
          })
          .nullable(),
        problem: z.object(problem).nullable(),
      }),
    ),
    problems: z.object({
      counts: z.record(z.string(), z.int()),
      rows: z.array(z.object({ row: z.int(), ...problem })).describe("The first 100."),
    }),
    rowsRead: z.int(),
    complete: z.boolean().describe("Whether the part that was read is the whole file."),
    error: z
      .object({ code: z.string(), message: z.string(), row: z.int().optional() })
      .nullable()
      .describe("What would end the import."),
  }),
);
