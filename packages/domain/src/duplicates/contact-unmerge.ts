import { type Attributes, jsonEquals } from "../contacts/attributes.ts";
import { type Contact, textFields } from "../contacts/contact.ts";
import { type Status, strictest } from "../contacts/status.ts";

/** What of a merge its undo leaves as it is, and why. */
export type MergeRest = {
  field: string;
  code: "changed_since" | "status_kept" | "left_list";
  message: string;
};

/**
 * Takes from a contact what a merge gave it. What somebody changed since stays as it is now. The status stays too: no undo
 * loosens one.
 * @param now as it is
 * @param before as it was when the others were merged into it
 * @param after what the merge made of it
 * @returns the very same object where nothing of it changes
 */
export function unmergeContact(
  now: Contact,
  before: Contact,
  after: Contact,
): { contact: Contact; rest: MergeRest[] } {
  const rest: MergeRest[] = [];
  const changes: Partial<Contact> = {};
  for (const field of textFields) {
    if (after[field] === before[field]) continue;
    if (now[field] === after[field]) changes[field] = before[field];
    else rest.push(changedSince(field));
  }
  const given = new Set(after.tags).difference(new Set(before.tags));
  const tags = now.tags.filter((tag) => !given.has(tag));
  if (tags.length < now.tags.length) changes.tags = tags;
  const attributes = withoutGiven(now.attributes, before.attributes, after.attributes, rest);
  if (Object.keys(attributes).length < Object.keys(now.attributes).length) changes.attributes = attributes;
  if (before.status !== now.status && now.status === after.status) {
    const message = `The status was ${before.status} before the merge. It stays ${now.status}, because no undo loosens one; set it if you know better.`;
    rest.push({ field: "status", code: "status_kept", message });
  }
  const changed = Object.keys(changes).length > 0;
  return { contact: changed ? { ...now, ...changes, version: now.version + 1 } : now, rest };
}

function withoutGiven(now: Attributes, before: Attributes, after: Attributes, rest: MergeRest[]): Attributes {
  const kept = Object.entries(now).filter(([key, value]) => {
    if (!Object.hasOwn(after, key) || Object.hasOwn(before, key)) return true;
    if (jsonEquals(value, after[key]!)) return false;
    rest.push(changedSince(`attributes.${key}`));
    return true;
  });
  return Object.fromEntries(kept);
}

function changedSince(field: string): MergeRest {
  const message = "The merge filled it, and somebody changed it since. It stays as it is.";
  return { field, code: "changed_since", message };
}

/**
 * The status with which a contact comes back that was merged into another: its own, unless its address was suppressed since, or
 * whoever was one with it left since.
 * @param own the one it had
 * @param suppressed what stands on the suppression list of its address; null for nothing
 * @param movedSince the status of the contact that it was merged into, where it changed since; null where it did not
 */
export function statusOnReturn(own: Status, suppressed: Status | null, movedSince: Status | null): Status {
  return strictest(strictest(own, suppressed ?? "active"), movedSince ?? "active");
}
