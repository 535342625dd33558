import { ContactFilter } from "@roster/domain/contacts/contact-filter.ts";
import { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { z } from "zod";
import { SegmentSnapshot } from "../segments/segment-evaluation.ts";

/** A bulk job's options as its job row keeps them. */
export const BulkOptions = z.object({
  name: z.string().nullable(),
  change: BulkChange,
  subjects: z.discriminatedUnion("by", [
    z.object({ by: z.literal("list") }),
    /** `upToId`: the newest contact when the job was started; null where there was none. */
    z.object({
      by: z.literal("filter"),
      filter: ContactFilter,
      /** The filter's segment as it was when the job was started. */
      segment: SegmentSnapshot.optional(),
      upToId: z.uuid().nullable(),
    }),
  ]),
  keyId: z.string().nullable(),
  accountId: z.string(),
});
export type BulkOptions = z.infer<typeof BulkOptions>;
