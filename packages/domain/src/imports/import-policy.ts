import { z } from "zod";
import { ConsentText } from "../contacts/status.ts";
import { tagLength, tagLimit } from "../contacts/tag.ts";
import { bulkWrite, type WritePolicy } from "../contacts/write-policy.ts";
import { StorableText } from "../text/storable-text.ts";
import { readDefaults } from "./import-default.ts";

/** What the caller of an import chose; kept on the job row, so that every slice of it obeys the same. */
export const ImportPolicy = z
  .strictObject({
    /** What the file is about: people, addresses that are not to be mailed, or what happened to mails. */
    target: z.enum(["contacts", "suppressions", "events"]).default("contacts"),
    onExisting: z.enum(["merge", "skip", "overwrite"]).default("merge"),
    /** Header → field, attribute name, or "ignore"; wins over the known synonyms. */
    mapping: z.record(StorableText, StorableText).default({}),
    /** Tags to give to every contact of the file. */
    tags: z.array(StorableText.trim().min(1).max(tagLength)).max(tagLimit).default([]),
    /**
     * Field or attribute name → value, for what a row does not say (no such column, an empty cell, no such key). A
     * new contact gets it; a stored one only where it has nothing itself. A status is for new contacts alone.
     */
    defaults: z
      .record(z.string(), z.string().trim().min(1))
      .superRefine((defaults, context) => {
        const read = readDefaults(defaults);
        if (read.ok) return;
        const { field, message } = read.issue;
        context.addIssue({ code: "custom", path: [field], message });
      })
      .default({}),
    /** The list that every contact of the file is put on: those that it creates and those that it finds, also if it skips them. */
    listId: z.uuid().optional(),
    resubscribe: z.boolean().default(false),
    consent: ConsentText.optional(),
    /** The job fails with the batch in which so many rows have failed; what it wrote until then stays. */
    stopAfterFailures: z.number().int().min(1).optional(),
    /** Report what would happen, and write nothing. */
    dryRun: z.boolean().default(false),
  })
  .refine((policy) => policy.resubscribe === (policy.consent !== undefined), {
    path: ["consent"],
    message:
      "resubscribe and consent go together: send resubscribe: true with the text of the consent, or neither.",
  })
  .superRefine((policy, context) => {
    if (policy.target === "contacts") return;
    const contactsOnly = [
      policy.onExisting !== "merge" && "onExisting",
      policy.tags.length > 0 && "tags",
      policy.listId !== undefined && "listId",
      Object.keys(policy.defaults).length > 0 && "defaults",
      policy.resubscribe && "resubscribe",
      policy.target === "events" && policy.dryRun && "dryRun",
    ].filter((option) => option !== false);
    for (const option of contactsOnly) {
      const message = notOf[policy.target](option);
      context.addIssue({ code: "custom", path: [option], message });
    }
  });

/** What is said of an option that means nothing for what a file is about. */
const notOf: Record<"suppressions" | "events", (option: string) => string> = {
  suppressions: (option) =>
    `${option} is about contacts; an import of suppressions takes only addresses. Leave it out.`,
  events: (option) => `${option} means nothing for an import of events. Leave it out.`,
};
export type ImportPolicy = z.infer<typeof ImportPolicy>;

/** The write policy that an import's choices come down to. */
export function importWritePolicy(policy: ImportPolicy): WritePolicy {
  const read = readDefaults(policy.defaults);
  return {
    ...bulkWrite,
    onExisting: policy.onExisting,
    resubscribe: policy.resubscribe && policy.consent !== undefined ? { consent: policy.consent } : null,
    defaults: read.ok ? read.defaults : null,
    listId: policy.listId ?? null,
  };
}
