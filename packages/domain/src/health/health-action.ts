import { z } from "zod";
import { tagLength } from "../contacts/tag.ts";
import type { BulkChange } from "../jobs/bulk-change.ts";
import { StorableText } from "../text/storable-text.ts";
import { FoundClass, HealthReason } from "./list-health.ts";

/** What can be done at once with the contacts that a health run found: all of a class, or all with one reason. */
export const HealthAction = z
  .strictObject({
    /** The latest finished run where it is left out. */
    runId: z.string().optional(),
    class: FoundClass.optional(),
    reason: HealthReason.optional(),
    action: z.enum(["tag", "unsubscribe"]),
    /** With the action `tag`: what they get. */
    tag: StorableText.trim().min(1, "Name the tag.").max(tagLength).optional(),
  })
  .refine((given) => (given.class === undefined) !== (given.reason === undefined), {
    message: "Say whom you mean by a class or by a reason: by one of them.",
    path: ["class"],
    params: { code: "subjects_unclear" },
  })
  .refine(({ action, tag }) => (action === "tag") === (tag !== undefined), {
    message: "A tag goes with the action tag: send both, or neither.",
    path: ["tag"],
    params: { code: "tag_unclear" },
  });
export type HealthAction = z.infer<typeof HealthAction>;

/** What the action does to each contact. */
export function healthChange({ tag }: HealthAction): BulkChange {
  return tag === undefined ? { action: "unsubscribe" } : { action: "add_tags", tags: [tag] };
}
