import { z } from "zod";
import { bulkWrite, type WritePolicy } from "./write-policy.ts";

/** What the caller of an import chose; kept on the job row, so that every slice of it obeys the same. */
export const ImportPolicy = z
  .strictObject({
    onExisting: z.enum(["merge", "skip", "overwrite"]).default("merge"),
    /** Header → field, attribute name, or "ignore"; wins over the known synonyms. */
    mapping: z.record(z.string(), z.string()).default({}),
    /** Tags to give to every contact of the file. */
    tags: z.array(z.string().trim().min(1).max(128)).max(50).default([]),
    resubscribe: z.boolean().default(false),
    consent: z.string().trim().min(1).max(1000).optional(),
    /** Report what would happen, and write nothing. */
    dryRun: z.boolean().default(false),
  })
  .refine((policy) => policy.resubscribe === (policy.consent !== undefined), {
    path: ["consent"],
    message:
      "resubscribe and consent go together: send resubscribe: true with the text of the consent, or neither.",
  });
export type ImportPolicy = z.infer<typeof ImportPolicy>;

/** The write policy that an import's choices come down to. */
export function importWritePolicy(policy: ImportPolicy): WritePolicy {
  return {
    ...bulkWrite,
    onExisting: policy.onExisting,
    resubscribe: policy.resubscribe && policy.consent !== undefined ? { consent: policy.consent } : null,
  };
}
