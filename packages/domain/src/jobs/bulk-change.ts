import { z } from "zod";
import type { Contact, ContactInput } from "../contacts/contact.ts";
import type { ContactBook } from "../contacts/contact-book.ts";
import { ContactPatch, patchInput, Tags } from "../contacts/contact-patch.ts";
import { readContactId } from "../contacts/house-id.ts";
import { ConsentText, type Status } from "../contacts/status.ts";
import { applyChange, type UpsertContext, type UpsertEffects } from "../contacts/upsert.ts";
import { bulkWrite, singleWrite, type WritePolicy } from "../contacts/write-policy.ts";
import type { SeenContacts } from "../imports/dedupe.ts";
import type { RowOutcome } from "../imports/import-report.ts";
import { type RowProblem, rowProblem, shownText } from "../imports/row-problem.ts";

const SomeTags = Tags.refine((tags) => tags.length > 0, "Name at least one tag.");

/** Lists by their ids: few, because each is a write for every contact. */
const Lists = z
  .array(z.uuid("Write the id of a list, a UUID."))
  .min(1, "Name at least one list.")
  .max(20, "At most 20 lists fit in one change.")
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))]);

/** The lists that the contacts of a change are put on, and those that they are taken off. */
export const listFields = { addToLists: Lists.optional(), removeFromLists: Lists.optional() };

/** Refuses a change that puts contacts on a list and takes them off it. */
export function eitherList(
  { addToLists = [], removeFromLists = [] }: z.output<z.ZodObject<typeof listFields>>,
  context: z.RefinementCtx,
): void {
  if (!removeFromLists.some((id) => addToLists.includes(id))) return;
  const message = "A list stands in addToLists and in removeFromLists. Name it in one of them.";
  context.addIssue({ code: "custom", params: { code: "ambiguous" }, path: ["removeFromLists"], message });
}

const Update = z
  .strictObject({
    action: z.literal("update"),
    /** Tags replace the set, attributes merge by key, a status may only get stricter. */
    patch: ContactPatch.default({}),
    ...listFields,
    /** With the text of their consent, `status: "active"` also brings back unsubscribed and bounced contacts. */
    resubscribe: z.boolean().default(false),
    consent: ConsentText.optional(),
  })
  .refine(
    ({ patch, addToLists, removeFromLists }) =>
      Object.keys(patch).length > 0 || addToLists !== undefined || removeFromLists !== undefined,
    { path: ["patch"], message: "Name at least one field to change, or a list." },
  )
  .superRefine(eitherList)
  .refine(({ resubscribe, consent }) => resubscribe === (consent !== undefined), {
    path: ["consent"],
    message:
      "resubscribe and consent go together: send resubscribe: true with the text of the consent, or neither.",
  })
  .refine(({ resubscribe, patch }) => !resubscribe || patch.status === "active", {
    path: ["resubscribe"],
    message: "resubscribe needs the status to set: send the status active beside it.",
  });

/** One change to be made to many contacts. */
export const BulkChange = z.discriminatedUnion("action", [
  /** Names its purpose: brings back who unsubscribed. Who bounced or complained fails. */
  z.strictObject({ action: z.literal("subscribe") }),
  z.strictObject({ action: z.literal("unsubscribe") }),
  z.strictObject({ action: z.literal("delete") }),
  Update,
  z.strictObject({ action: z.literal("add_tags"), tags: SomeTags }),
  z.strictObject({ action: z.literal("remove_tags"), tags: SomeTags }),
]);
export type BulkChange = z.infer<typeof BulkChange>;

/** One contact that a bulk change is about. */
export type BulkSubject = {
  /** The id as the caller wrote it. */
  given: string;
  /** Null where no contact has this id. */
  contactId: string | null;
  /** Whether the same id was given before. */
  repeat: boolean;
};

/** How the rules look at each contact's status and tags under a change. */
export function bulkChangePolicy(change: BulkChange): WritePolicy {
  if (change.action === "remove_tags") return { ...singleWrite, tags: "replace" };
  if (change.action !== "update") return singleWrite;
  const { patch, consent } = change;
  return {
    ...bulkWrite,
    // Where the change says nothing about the status, nothing of it is kept back.
    shape: patch.status === undefined ? "single" : "many",
    tags: "replace",
    resubscribe: consent === undefined ? null : { consent },
  };
}

/**
 * Applies a change to one contact and says what became of it. A failed one is left as it is.
 * @param stored the contact that the subject means; undefined where there is none
 * @param book holds the contact; where it was named before, as it has become since
 */
export function applyBulkChange(
  { given, contactId, repeat }: BulkSubject,
  stored: Contact | undefined,
  change: BulkChange,
  book: ContactBook,
  effects: UpsertEffects,
): RowOutcome {
  if (change.action === "delete" && contactId !== null && repeat) {
    return { kind: "duplicate", changed: false, contactId, kept: null };
  }
  if (stored === undefined) {
    const message = "No contact has this id. It may have been deleted, or belong to another tenant.";
    return { kind: "failed", problem: rowProblem("contact_unknown", "id", given, message) };
  }
  if (change.action === "delete") return { kind: "deleted", contactId: stored.id, kept: null };
  // No change of many contacts gives one of them another email.
  const contact = book.byEmail(stored.email)!;
  const context: UpsertContext = {
    policy: bulkChangePolicy(change),
    book,
    newId: createsNobody,
    suppressions: new Map(),
    jobId: null,
    source: null,
  };
  const outcome = applyChange(contact, inputFor(change, contact), context, effects);
  if (outcome.kind === "failed" && outcome.problem.code === "cannot_reactivate") {
    return { kind: "failed", problem: staysAway(contact.status) };
  }
  if (!repeat || (outcome.kind !== "updated" && outcome.kind !== "unchanged")) return outcome;
  // It was named in an earlier part of the list, of which the book knows nothing.
  return { ...outcome, kind: "duplicate", changed: outcome.kind === "updated" };
}

function createsNobody(): never {
  throw new Error("a bulk change creates nobody");
}

/** A bounce or a complaint is more than somebody's wish to leave. */
function staysAway(status: Status): RowProblem {
  const way =
    status === "bounced"
      ? "To bring bounced contacts back, update their status to active with resubscribe and their consent."
      : "Only a change of this one contact can set its status to active.";
  return rowProblem("cannot_reactivate", "status", status, `The contact's status is ${status}. ${way}`);
}

function inputFor(change: Exclude<BulkChange, { action: "delete" }>, contact: Contact): ContactInput {
  switch (change.action) {
    case "subscribe":
      return { status: true };
    case "unsubscribe":
      return { status: false };
    case "update":
      return patchInput(change.patch);
    case "add_tags":
      return { tags: change.tags };
    case "remove_tags":
      return { tags: contact.tags.filter((tag) => !change.tags.includes(tag)) };
  }
}

/** An id as a caller wrote it. @param seen the ids before it in the same list; gets this one too */
export function readSubject(given: string, seen: Pick<SeenContacts, "has" | "add">): BulkSubject {
  const contactId = readContactId(given.trim());
  const repeat = contactId !== null && seen.has(contactId);
  if (contactId !== null) seen.add(contactId);
  return { given: shownText(given), contactId, repeat };
}

/** The lists that a change is about. */
export function listsOfChange(change: BulkChange): { add: readonly string[]; remove: readonly string[] } {
  if (change.action !== "update") return { add: [], remove: [] };
  return { add: change.addToLists ?? [], remove: change.removeFromLists ?? [] };
}

/**
 * An outcome as it counts when the contact's place on a list changed with it: who would count as unchanged has changed.
 */
export function withListChange(outcome: RowOutcome): RowOutcome {
  if (outcome.kind === "unchanged") return { ...outcome, kind: "updated" };
  if (outcome.kind === "duplicate") return { ...outcome, changed: true };
  return outcome;
}
