import { JobKind, JobState } from "@roster/domain/jobs/job.ts";
import { z } from "zod";
import { counters, Reasons, Time } from "../answers.ts";

/** How a file is read. */
export const FileShape = z.object({
  format: z.enum(["csv", "ndjson", "json"]),
  gzip: z.boolean(),
  encoding: z.enum(["utf-8", "utf-16le", "utf-16be", "windows-1252"]),
  delimiter: z.string().nullable(),
  headers: z.array(z.string()).nullable(),
  headerRow: z.boolean().describe("`false` where the first row is data already."),
  contents: z.array(z.string().nullable()).describe("What the cells of each column tell."),
});

/** A job of any kind. */
export const Job = z.object({
  id: z.uuid(),
  kind: JobKind,
  state: JobState,
  progress: z.int().min(0).max(100),
  processed: z.int().describe("Rows or contacts that were looked at."),
  total: z.int().nullable().describe("Of a file known when it has been read to its end."),
  counters: z.object(counters).describe("Every row is in exactly one of them."),
  reasons: Reasons,
  error: z
    .object({ code: z.string(), message: z.string(), row: z.int().optional() })
    .nullable()
    .describe("What stopped it as a whole."),
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  name: z.string().nullable(),
  dryRun: z.boolean(),
  target: z.enum(["contacts", "suppressions", "events"]).nullable().describe("What an import's rows become."),
  reportKept: z.boolean(),
  undoable: z.boolean(),
  undoneBy: z.uuid().nullable().describe("The job that took this one back."),
  retryable: z.boolean(),
  change: z.string().nullable().describe("What a bulk change does."),
  file: FileShape.nullable(),
  bytesDone: z.int(),
  bytesTotal: z.int().nullable(),
  rowsPerSecond: z.int().nullable(),
  secondsLeft: z.int().nullable(),
  duplicateChanged: z.int().describe("Of the duplicates, those that changed something."),
});

/** Why one row of a file, or one contact of a bulk change, failed. */
export const JobFailure = z.object({
  row: z
    .int()
    .describe("As a spreadsheet shows it: the header is 1. Of a bulk change the place in the list."),
  id: z.string().nullable().describe("As it was given; `null` for a row of a file."),
  field: z.string().nullable(),
  value: z.string().nullable(),
  email: z.string().nullable(),
  code: z.string().describe("What it is, for programs."),
  message: z.string(),
});

export const UndoForecast = z.object({
  deletes: z.int(),
  reverts: z.int(),
  changedSince: z.int().describe("Contacts that somebody changed since, which stay as they are."),
});
