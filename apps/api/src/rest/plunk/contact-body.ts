import { clearOverlay, readOverlay } from "@roster/domain/attribute-overlay.ts";
import type { Json } from "@roster/domain/attributes.ts";
import type { ContactInput } from "@roster/domain/contact.ts";
import { parseEmail } from "@roster/domain/email.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";

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

  if (data === null) clearOverlay(input);
  else if (isObject(data)) {
    for (const { field, code, message } of readOverlay(withoutEmpty(data), input))
      issue(field === null ? "data" : `data.${field}`, code, message);
  } else if (data !== undefined) issue("data", "wrong_type", "data is an object.");

  if (issues.length > 0) throw new Refused({ code: "invalid", issues });
  return input;
}

/** In this dialect `""` says nothing, and what would be it after trimming neither. */
function withoutEmpty(data: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => typeof value !== "string" || value.trim() !== ""),
  );
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
