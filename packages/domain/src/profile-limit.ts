import { checkAttributes } from "./attributes.ts";
import type { Contact } from "./contact.ts";
import { rowProblem, type RowProblem } from "./row-problem.ts";
import { tagLimit } from "./tag.ts";

/**
 * What is too much about a contact as a whole: limits that one write alone may keep and that the sum of writes passes.
 * @returns null when it is within its limits
 */
export function profileProblem(contact: Contact): RowProblem | null {
  if (contact.tags.length > tagLimit) {
    const message = `The contact would have ${contact.tags.length} tags, and ${tagLimit} are allowed. Remove some.`;
    return rowProblem("too_many_tags", "tags", null, message);
  }
  const problem = checkAttributes(contact.attributes);
  return problem === null ? null : rowProblem("attributes_invalid", problem.key, null, problem.message);
}
