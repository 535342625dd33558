import { type RowProblem, rowProblem } from "../imports/row-problem.ts";
import { checkAttributes } from "./attributes.ts";
import type { Contact, ContactInput } from "./contact.ts";
import { checkTags } from "./tag.ts";

/**
 * What is too much about a contact as a whole: limits that one write alone may keep and that the sum of writes passes.
 * @param known the contact as it was, or the input that it is made of: the very same tags and attributes were checked
 *   there and are not checked again
 * @returns null when it is within its limits
 */
export function profileProblem(
  contact: Contact,
  known: Pick<ContactInput, "tags" | "attributes"> | null,
): RowProblem | null {
  const tags = contact.tags === known?.tags ? null : checkTags(contact.tags);
  if (tags !== null) return rowProblem(tags.code, "tags", null, tags.message);
  const attributes = contact.attributes === known?.attributes ? null : checkAttributes(contact.attributes);
  if (attributes === null) return null;
  return rowProblem("attributes_invalid", attributes.key, null, attributes.message);
}
