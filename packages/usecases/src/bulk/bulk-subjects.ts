import { ContactFilter } from "@roster/domain/contacts/contact-filter.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { FindingFilter } from "@roster/store/health/health-findings.ts";
import { z } from "zod";

/**
 * Whom a bulk change is about. An id is a UUID or a house id. `uploadId`: a stored upload with an id on each line, for any
 * number of them. With a filter, `excludeIds` are left out; contacts that are created later are none of them.
 * `found`: those that a finished health run found, as far as they are still there.
 */
export type BulkSubjects =
  | { ids: readonly string[] }
  | { uploadId: string }
  | { filter: ContactFilter; excludeIds?: readonly string[] | undefined }
  | { found: FindingFilter & { runId: string } };

/** Most ids that one request may name; an upload or a filter has no limit. */
const requestIds = 10_000;

const Ids = z
  .array(z.string())
  .max(requestIds, `At most ${requestIds} ids fit in one request. Use a filter, or split them.`);

/** The subjects as a request names them, beside its other fields: by one of the three. */
export const bulkSubjectFields = {
  ids: Ids.min(1, "Name at least one contact.").optional(),
  uploadId: z.string().optional(),
  filter: ContactFilter.optional(),
  excludeIds: Ids.optional(),
};
type Fields = z.infer<z.ZodObject<typeof bulkSubjectFields>>;

/** @throws Refused invalid when they are named in none of the three ways, or in more than one */
export function readBulkSubjects({ ids, uploadId, filter, excludeIds }: Fields): BulkSubjects {
  const ways = [ids, uploadId, filter].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw unclear("body", "Say whom you mean by ids, by a filter or by an uploadId: by one of them.");
  }
  if (filter !== undefined) return { filter, excludeIds };
  if (excludeIds !== undefined) throw unclear("excludeIds", "Ids can be left out of a filter only.");
  return ids === undefined ? { uploadId: uploadId! } : { ids };
}

function unclear(field: string, message: string): Refused {
  return new Refused({ code: "invalid", issues: [{ field, code: "subjects_unclear", message }] });
}
