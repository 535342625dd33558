import { textProblem } from "../imports/import-row.ts";
import { type RowProblem, rowProblem } from "../imports/row-problem.ts";
import { type Attributes, checkAttributes, type Json } from "./attributes.ts";
import type { Contact, ContactInput } from "./contact.ts";
import { checkTags, normalizeTags } from "./tag.ts";

/** The named fields that some dialects show among the custom attributes; the tags are the fifth. */
const namedTexts = ["firstName", "lastName", "phone", "locale"] as const;
type NamedText = (typeof namedTexts)[number];

/** The fields that those dialects show among the custom attributes. */
export const overlaidFields: readonly string[] = [...namedTexts, "tags"];

/** A contact's custom attributes, with the named fields that are set in front of attributes of the same name. */
export function overlaidAttributes(contact: Pick<Contact, NamedText | "tags" | "attributes">): Attributes {
  const shown: Attributes = { ...contact.attributes };
  for (const field of namedTexts) if (contact[field] !== null) shown[field] = contact[field];
  if (contact.tags.length > 0) shown.tags = [...contact.tags];
  return shown;
}

/**
 * Reads an object of that form into a write: the five named keys set or clear the contact's fields, every other key is a
 * custom attribute.
 * @returns what is wrong, each problem with its key as the field, or null where the object as a whole is at fault
 */
export function readOverlay(overlay: Readonly<Record<string, Json>>, input: ContactInput): RowProblem[] {
  const problems: RowProblem[] = [];
  // Without a prototype, so that no key of a customer can reach one.
  const attributes: Attributes = Object.create(null);
  for (const [key, value] of Object.entries(overlay)) {
    const field = namedTexts.find((name) => name === key);
    const problem =
      key === "tags"
        ? readTags(value, input)
        : field !== undefined
          ? readText(field, value, input)
          : undefined;
    if (problem === undefined) attributes[key] = value;
    else if (problem !== null) problems.push(problem);
  }
  if (Object.keys(attributes).length === 0) return problems;
  const problem = checkAttributes(attributes);
  if (problem === null) input.attributes = attributes;
  else problems.push(rowProblem("attributes_invalid", problem.key, null, problem.message));
  return problems;
}

/** What `null` in the place of such an object means: all that it would show is cleared. */
export function clearOverlay(input: ContactInput): void {
  input.attributes = null;
  input.tags = null;
  for (const field of namedTexts) input[field] = null;
}

function readTags(value: Json, input: ContactInput): RowProblem | null {
  if (value === null) {
    input.tags = null;
    return null;
  }
  if (!Array.isArray(value) || !value.every((tag) => typeof tag === "string")) {
    return rowProblem("wrong_type", "tags", value, "tags is a list of texts, or null to clear them.");
  }
  const tags = normalizeTags(value);
  const problem = checkTags(tags);
  if (problem !== null) return rowProblem(problem.code, "tags", null, problem.message);
  input.tags = tags;
  return null;
}

function readText(field: NamedText, value: Json, input: ContactInput): RowProblem | null {
  if (value === null) {
    input[field] = null;
    return null;
  }
  if (typeof value !== "string") {
    return rowProblem("wrong_type", field, value, `${field} is a text, or null to clear it.`);
  }
  const text = value.trim();
  const problem = textProblem(field, text);
  if (problem === null) input[field] = text;
  return problem;
}
