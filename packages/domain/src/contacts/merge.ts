import { jsonEquals, mergeAttributes } from "./attributes.ts";
import { type Contact, type ContactInput, textFields } from "./contact.ts";
import { addTags, normalizeTags } from "./tag.ts";
import type { WritePolicy } from "./write-policy.ts";

/**
 * The profile of a contact after one write; the status is decided apart, by `nextStatus`.
 * Absent fields keep their value, `null` clears, attributes merge by key, tags are added or replaced.
 * @returns the very same object when nothing changes, so that callers compare by identity. `version` is not raised here.
 */
export function mergeProfile(contact: Contact, input: ContactInput, policy: WritePolicy): Contact {
  const changes: Partial<Contact> = {};
  let changed = false;
  const set = <K extends keyof Contact>(key: K, value: Contact[K]) => {
    if (contact[key] === value) return;
    changes[key] = value;
    changed = true;
  };

  if (input.email !== undefined) set("email", input.email);
  for (const field of textFields) {
    const value = input[field];
    if (value !== undefined) set(field, value);
  }
  if (input.tags === null) {
    set("tags", sameOr(contact.tags, []));
  } else if (input.tags !== undefined) {
    const replaced = policy.tags === "replace" || policy.onExisting === "overwrite";
    set(
      "tags",
      replaced ? sameOr(contact.tags, normalizeTags(input.tags)) : addTags(contact.tags, input.tags),
    );
  }
  if (input.attributes !== undefined) {
    const replaced = input.attributes === null || policy.onExisting === "overwrite";
    const merged = mergeAttributes(replaced ? {} : contact.attributes, input.attributes ?? {});
    set("attributes", replaced && jsonEquals(merged, contact.attributes) ? contact.attributes : merged);
  }
  return changed ? { ...contact, ...changes } : contact;
}

/**
 * The profile of a contact that one write creates: what `mergeProfile` makes of a contact that has nothing yet, without
 * the way there. Most rows of most imports come through here, and one object costs a third of three.
 * @param source how the contact came about, unless the write says it
 */
export function newProfile(input: ContactInput, source: string | null) {
  const { tags, attributes } = input;
  return {
    externalId: input.externalId ?? null,
    name: input.name ?? null,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    phone: input.phone ?? null,
    locale: input.locale ?? null,
    tags: tags === undefined || tags === null ? [] : normalizeTags(tags),
    attributes: attributes === undefined || attributes === null ? {} : mergeAttributes({}, attributes),
    consent: input.consent ?? null,
    source: input.source === undefined ? source : input.source,
  } satisfies Partial<Contact>;
}

function sameOr(current: readonly string[], next: readonly string[]): readonly string[] {
  return current.length === next.length && current.every((tag, i) => tag === next[i]) ? current : next;
}
