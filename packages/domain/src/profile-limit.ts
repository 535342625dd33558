import { checkAttributes } from "./attributes.ts";
import type { Contact } from "./contact.ts";
import { type RowProblem, rowProblem } from "./row-problem.ts";
import { checkTags } from "./tag.ts";

/**
 * What is too much about a contact as a whole: limits that one write alone may keep and that the sum of writes passes.
 * @param before the contact as it was; what has not changed since is not checked again
 * @returns null when it is within its limits
 */
export function profileProblem(contact: Contact, before: Contact | null): RowProblem | null {
  const tags = contact.tags === before?.tags ? null : checkTags(contact.tags);
  if (tags !== null) return rowProblem(tags.code, "tags", null, tags.message);
  const attributes = contact.attributes === before?.attributes ? null : checkAttributes(contact.attributes);
  if (attributes === null) return null;
  return rowProblem("attributes_invalid", attributes.key, null, attributes.message);
}
