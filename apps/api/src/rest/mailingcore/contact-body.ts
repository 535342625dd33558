import { clearOverlay, readOverlay } from "@roster/domain/attribute-overlay.ts";
import type { Json } from "@roster/domain/attributes.ts";
import type { ContactInput, TextField } from "@roster/domain/contact.ts";
import { parseEmail } from "@roster/domain/email.ts";
import { textProblem } from "@roster/domain/import-row.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import { type RowProblem, rowProblem } from "@roster/domain/row-problem.ts";

/** This API's names for fields that are texts. */
const texts = [
  ["externalId", "externalId"],
  ["locale", "locale"],
  ["consentVersion", "consent"],
  ["source", "source"],
] as const satisfies readonly (readonly [string, TextField])[];

/** What one object says about a contact, and what is wrong with it, each problem under this API's name of the field. */
export type ReadContact = { input: ContactInput; problems: RowProblem[] };

/** Reads `{email, externalId, locale, optIn, attributes, consentVersion, source}`; other fields are ignored, `null` clears. */
export function readContact(body: Readonly<Record<string, Json>>): ReadContact {
  const { email, optIn, attributes } = body;
  const input: ContactInput = {};
  const problems: RowProblem[] = [];
  const wrongType = (field: string, message: string) =>
    void problems.push(rowProblem("wrong_type", field, body[field], message));

  if (typeof email === "string") {
    const parsed = parseEmail(email);
    if (parsed.ok) input.email = parsed.email;
    else problems.push(rowProblem("email_invalid", "email", email, parsed.message));
  } else if (email === null) {
    const message = "An email cannot be cleared. Send one, such as ann@example.com, or leave the field out.";
    problems.push(rowProblem("email_missing", "email", null, message));
  } else if (email !== undefined) {
    wrongType("email", "An email is a text, such as ann@example.com.");
  }

  if (typeof optIn === "boolean") input.status = optIn;
  else if (optIn !== undefined) wrongType("optIn", "optIn is true or false.");

  if (attributes === null) {
    clearOverlay(input);
    // It has a field of its own here.
    delete input.locale;
  } else if (isObject(attributes)) {
    for (const problem of readOverlay(attributes, input)) {
      problems.push({ ...problem, field: within("attributes", problem.field) });
    }
  } else if (attributes !== undefined) {
    wrongType("attributes", "attributes is an object.");
  }

  for (const [name, field] of texts) {
    const value = body[name];
    if (value === undefined) continue;
    const text = typeof value === "string" ? value.trim() : value;
    // An empty one names nobody.
    if (name === "externalId" && text === "") continue;
    if (text === null) input[field] = null;
    else if (typeof text !== "string") wrongType(name, `${name} is a text, or null to clear it.`);
    else {
      const problem = textProblem(field, text);
      if (problem === null) input[field] = text;
      else problems.push({ ...problem, field: name, message: problem.message.replace(field, name) });
    }
  }
  return { input, problems };
}

/**
 * The body of a PUT, POST or PATCH of one contact.
 * @throws Refused invalid, with every issue
 */
export function readContactBody(body: unknown): ContactInput {
  const { input, problems } = readContact(objectBody(body));
  if (problems.length > 0) {
    throw new Refused({ code: "invalid", issues: problems.map((problem) => issueOf(problem)) });
  }
  return input;
}

/** @throws Refused invalid for a body that is no JSON object, or was not declared as JSON */
export function objectBody(body: unknown): Record<string, Json> {
  if (isObject(body)) return body;
  const message = "Send a JSON object, with Content-Type: application/json.";
  throw new Refused({ code: "invalid", issues: [{ field: "body", code: "wrong_type", message }] });
}

/** @param place where the object stands in the body, if it is not the body itself */
export function issueOf({ field, code, message }: RowProblem, place: string | null = null): FieldIssue {
  const path = place === null ? field : within(place, field);
  return { field: path ?? "body", code, message };
}

function within(place: string, field: string | null): string {
  return field === null ? place : `${place}.${field}`;
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
