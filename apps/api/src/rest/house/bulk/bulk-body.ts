import { BulkChange, eitherList, listFields } from "@roster/domain/jobs/bulk-change.ts";
import { JobName } from "@roster/domain/jobs/job.ts";
import {
  type BulkSubjects,
  bulkSubjectFields,
  readBulkSubjects,
} from "@roster/usecases/bulk/bulk-subjects.ts";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { attributesOf, changeFields, oneMetadata } from "../contacts/contact-body.ts";
import { ResubscribeQuery } from "../contacts/contact-query.ts";

const Update = z
  .strictObject({ ...changeFields, ...listFields })
  .refine((update) => Object.keys(update).length > 0, "Name at least one field to change, or a list.")
  .superRefine(oneMetadata)
  .superRefine(eitherList)
  .transform(({ addToLists, removeFromLists, ...patch }) => ({
    patch: attributesOf(patch),
    ...(addToLists !== undefined && { addToLists }),
    ...(removeFromLists !== undefined && { removeFromLists }),
  }));

const name = JobName.nullable().default(null);
export const UpdateBody = z.strictObject({
  ...bulkSubjectFields,
  update: Update,
  resubscribe: z.boolean().optional(),
  consent: z.string().optional(),
  name,
});
/** `update` is ignored: a client may send the same body to both methods. */
export const DeleteBody = z.strictObject({ ...bulkSubjectFields, update: z.unknown().optional(), name });
export const StartBody = z.strictObject({ ...bulkSubjectFields, change: BulkChange, name });

export type BulkRequest = { subjects: BulkSubjects; change: BulkChange; name: string | null };

/**
 * The body of a PATCH, `{ids | filter, update}`.
 * @param query `resubscribe` and `consent` may stand there; the body wins
 * @throws Refused invalid
 */
export function readBulkUpdate(body: unknown, query: unknown): BulkRequest {
  const told = checked(ResubscribeQuery, query);
  const { update, name, ...given } = checked(UpdateBody, body);
  const { resubscribe = told.resubscribe, consent = told.consent, ...subjects } = given;
  const change = checked(BulkChange, {
    action: "update",
    ...update,
    ...(resubscribe !== undefined && { resubscribe }),
    ...(consent !== undefined && { consent }),
  });
  return { subjects: readBulkSubjects(subjects), change, name };
}

/** The body of a DELETE, `{ids | filter}`. @throws Refused invalid */
export function readBulkDelete(body: unknown): BulkRequest {
  const { update: _update, name, ...subjects } = checked(DeleteBody, body);
  return { subjects: readBulkSubjects(subjects), change: { action: "delete" }, name };
}

/** The body of a POST, `{ids | filter | uploadId, change}`. @throws Refused invalid */
export function readBulkStart(body: unknown): BulkRequest {
  const { change, name, ...subjects } = checked(StartBody, body);
  return { subjects: readBulkSubjects(subjects), change, name };
}
