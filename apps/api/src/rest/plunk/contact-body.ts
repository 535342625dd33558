import { type Attributes, checkAttributes, type Json } from "@roster/domain/attributes.ts";
import type { ContactInput } from "@roster/domain/contact.ts";
import { parseEmail } from "@roster/domain/email.ts";
import { textProblem } from "@roster/domain/import-row.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import { addTags } from "@roster/domain/tag.ts";

/** The keys of `data` that are fields of a contact, not custom attributes. */
const namedTexts = ["firstName", "lastName", "phone", "locale"] as const;

/**
 * The body of a POST or PATCH of one contact, `{email, subscribed, data}`; other fields are ignored.
 * @throws Refused invalid, with every issue
 */
export function readContactBody(body: unknown, { emailRequired }: { emailRequired: boolean }): ContactInput {
  const { email, subscribed, data } = isObject(body) ? body : {};
  const input: ContactInput = {};
  const issues: FieldIssue[] = [];
  const issue = (field: string, code: string, message: string) => void issues.push({ field, code, message });

  if (typeof email === "string") {
    const parsed = parseEmail(email);
    if (parsed.ok) input.email = parsed.email;
    else issue("email", parsed.code, parsed.message);
  } else if (email !== undefined && email !== null) {
    issue("email", "wrong_type", "An email is a text.");
  } else if (emailRequired || email === null) {
    issue("email", "email_missing", "The email is missing. Send one, such as ann@example.com.");
  }

  if (typeof subscribed === "boolean") input.status = subscribed;
  else if (subscribed !== undefined) issue("subscribed", "wrong_type", "subscribed is true or false.");

  if (data === null) clearData(input);
  else if (isObject(data)) readData(data, input, issue);
  else if (data !== undefined) issue("data", "wrong_type", "data is an object.");

  if (issues.length > 0) throw new Refused({ code: "invalid", issues });
  return input;
}

/** `null` clears a field, and `data` is all that this dialect shows beside the email. */
function clearData(input: ContactInput): void {
  input.attributes = null;
  input.tags = null;
  for (const field of namedTexts) input[field] = null;
}

/** `""` says nothing, `null` deletes; the named keys set the contact's fields, every other one is a custom attribute. */
function readData(
  data: Readonly<Record<string, Json>>,
  input: ContactInput,
  issue: (field: string, code: string, message: string) => void,
): void {
  const attributes: Attributes = Object.create(null);
  for (const [key, value] of Object.entries(data)) {
    if (value === "") continue;
    const field = namedTexts.find((name) => name === key);
    if (key === "tags") {
      if (value === null) input.tags = null;
      else if (isTexts(value)) input.tags = addTags([], value);
      else issue("data.tags", "wrong_type", "tags is a list of texts, or null to clear them.");
    } else if (field === undefined) {
      attributes[key] = value;
    } else if (value === null) {
      input[field] = null;
    } else if (typeof value === "string") {
      const text = value.trim();
      const problem = textProblem(field, text);
      if (problem !== null) issue(`data.${field}`, problem.code, problem.message);
      else if (text !== "") input[field] = text;
    } else {
      issue(`data.${field}`, "wrong_type", `${field} is a text, or null to clear it.`);
    }
  }
  if (Object.keys(attributes).length === 0) return;
  const problem = checkAttributes(attributes);
  if (problem === null) input.attributes = attributes;
  else issue(problem.key === null ? "data" : `data.${problem.key}`, "attributes_invalid", problem.message);
}

function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
