import { overlaidAttributes } from "@roster/domain/attribute-overlay.ts";
import type { StoredContact } from "@roster/domain/contact.ts";
import type { JobState } from "@roster/domain/job.ts";
import type { ContactPage } from "@roster/usecases/contact-list.ts";
import type { JobFailure, JobView } from "@roster/usecases/jobs.ts";
import { z } from "zod";
import { readLimit } from "../../page-limit.ts";

const Flag = z
  .enum(["true", "false"], { error: "Write true or false." })
  .transform((word) => word === "true");
const Text = z.string({ error: "Give this parameter once." }).optional();

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z
  .object({
    limit: z
      .unknown()
      .optional()
      .transform(readLimit({ default: 20, max: 100 })),
    cursor: Text,
    email: Text,
    /** The same filter under its other published name. */
    search: Text,
    subscribed: Flag.optional(),
  })
  .transform(({ limit, cursor, email, search, subscribed }) => ({
    limit,
    cursor: cursor || undefined,
    email: email || search,
    subscribed,
  }));

/** A contact; `data` is the custom attributes overlaid with the named fields that are set. */
export function plunkContact(contact: StoredContact) {
  const { id, email, status, createdAt, updatedAt } = contact;
  const data = overlaidAttributes(contact);
  return { id, email, subscribed: status === "active", data, createdAt, updatedAt };
}

/** A page, under both names that published clients read. */
export function plunkPage({ contacts, cursor, hasMore, total, totalIsEstimate }: ContactPage) {
  const page = contacts.map(plunkContact);
  return {
    contacts: page,
    data: page,
    cursor,
    hasMore,
    ...(total !== null && { total }),
    ...(totalIsEstimate && { totalIsEstimate }),
  };
}

/** This API's words for a job's state; it has none for cancelled. */
export const jobStates = {
  queued: "waiting",
  running: "active",
  completed: "completed",
  failed: "failed",
  cancelled: "failed",
} satisfies Record<JobState, string>;

/** Failed rows shown with a job. */
export const shownErrors = 100;

/**
 * An import as this API shows it. A job that failed half-way shows what it did until then; one that did nothing has no
 * result.
 */
export function plunkJob(job: JobView, failures: readonly JobFailure[]) {
  const { created, updated, unchanged, duplicate, failed } = job.counters;
  const updatedCount = updated + unchanged + duplicate;
  const successCount = created + updatedCount;
  const totalRows = successCount + failed;
  const hasResult = job.state === "completed" || (jobStates[job.state] === "failed" && totalRows > 0);
  const errors = failures.map(({ row, email, field, value, message }) => ({
    row,
    email: email ?? (field === "email" ? value : null),
    error: message,
  }));
  return {
    id: job.id,
    state: jobStates[job.state],
    progress: job.progress,
    data: {},
    failedReason: job.state === "cancelled" ? "The import was cancelled." : (job.error?.message ?? null),
    result: hasResult
      ? { totalRows, successCount, createdCount: created, updatedCount, failureCount: failed, errors }
      : null,
  };
}
