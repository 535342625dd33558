import { type Attributes, mergeAttributes } from "../contacts/attributes.ts";
import { type Contact, textFields } from "../contacts/contact.ts";
import { profileProblem } from "../contacts/profile-limit.ts";
import { isStricter, strictest } from "../contacts/status.ts";
import { addTags } from "../contacts/tag.ts";
import type { StatusChange } from "../contacts/upsert.ts";

/** Contacts that one merge takes up into another. */
export const mergeLimit = 50;

/** Why contacts cannot be one, and which of them are in conflict; none where it is all of them together. */
export type MergeConflict = { field: string; why: string; contactIds: readonly string[] };

export type MergeOutcome =
  /** `contact` is the very same object where nothing of it changes. */
  { ok: true; contact: Contact; statusChange: StatusChange | null } | { ok: false; conflict: MergeConflict };

/**
 * What a contact becomes that others are merged into, who are the same person. Its own values win; what it lacks comes from
 * the others, in their order: empty fields are filled, attributes by key, tags added. The status is the strictest of all. Its id,
 * its email and the time of its creation stay: lists are in the order of ids, and the time is theirs. An externalId is who somebody is in another system: two of
 * them are not put together.
 * @param others in the order in which their values count
 */
export function contactOfMerge(kept: Contact, others: readonly Contact[]): MergeOutcome {
  const known = [kept, ...others].filter(({ externalId }) => externalId !== null);
  const [first, second] = known;
  if (first !== undefined && second !== undefined) {
    const why = `one has the externalId ${first.externalId}, another ${second.externalId}, and one contact has one. Take it from either first`;
    return { ok: false, conflict: { field: "externalId", why, contactIds: [first.id, second.id] } };
  }
  let merged = kept;
  for (const other of others) merged = withValuesOf(merged, other);
  const problem = profileProblem(merged, kept);
  if (problem !== null) {
    const why = `together they have too much. ${problem.message.replace(/\.$/, "")}`;
    return { ok: false, conflict: { field: problem.field ?? "attributes", why, contactIds: [] } };
  }
  const contact = merged === kept ? kept : { ...merged, version: kept.version + 1 };
  const { id: contactId, status: from } = kept;
  const statusChange: StatusChange | null = isStricter(contact.status, from)
    ? { contactId, from, to: contact.status, reason: "merged" }
    : null;
  return { ok: true, contact, statusChange };
}

function withValuesOf(contact: Contact, other: Contact): Contact {
  const changes: Partial<Contact> = {};
  for (const field of textFields) {
    if (contact[field] === null && other[field] !== null) changes[field] = other[field];
  }
  const tags = addTags(contact.tags, other.tags);
  if (tags !== contact.tags) changes.tags = tags;
  const lacking: Attributes = Object.fromEntries(
    Object.entries(other.attributes).filter(([key]) => !Object.hasOwn(contact.attributes, key)),
  );
  const attributes = mergeAttributes(contact.attributes, lacking);
  if (attributes !== contact.attributes) changes.attributes = attributes;
  const status = strictest(contact.status, other.status);
  if (status !== contact.status) changes.status = status;
  return Object.keys(changes).length === 0 ? contact : { ...contact, ...changes };
}
