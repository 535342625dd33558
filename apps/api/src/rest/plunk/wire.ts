import { overlaidAttributes } from "@roster/domain/contacts/attribute-overlay.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { SearchText } from "@roster/domain/contacts/contact-filter.ts";
import type { JobState } from "@roster/domain/jobs/job.ts";
import type { ContactPage } from "@roster/usecases/contacts/contact-list.ts";
import type { JobFailure, JobView } from "@roster/usecases/jobs/jobs.ts";
import { z } from "zod";
import { pageLimit } from "../../page-limit.ts";

const Flag = z
  .enum(["true", "false"], { error: "Write true or false." })
  .transform((word) => word === "true");

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z
  .object({
    limit: pageLimit({ default: 20, max: 100 }),
    cursor: z
      .string("Give this parameter once.")
      .optional()
      .describe("Where to go on: the `cursor` of the page before."),
    email: SearchText.optional().describe(
      "Part of the email, any case; fewer than three characters match the beginning.",
    ),
    search: SearchText.optional().describe("The same as `email`, under its other published name."),
    subscribed: Flag.optional().describe("Only contacts that are subscribed, or only those that are not."),
  })
  .transform(({ limit, cursor, email, search, subscribed }) => ({
    limit,
    cursor: cursor || undefined,
    email: email ?? search,
    subscribed,
  }));

/** The path of one contact. */
export const ContactPath = z.object({ id: z.string().describe("The contact's id, a UUID.") });

/** The path of a job. */
export const JobPath = z.object({ jobId: z.string().describe("The id that the request was answered with.") });

/** The form of an import, as it is documented; it is read byte by byte. */
export const ImportForm = z.object({
  file: z.string().meta({ format: "binary", description: "A CSV of at most 5 MB, with a header row." }),
});

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
