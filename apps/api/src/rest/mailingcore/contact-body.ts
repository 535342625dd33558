import { clearOverlay, readOverlay } from "@roster/domain/contacts/attribute-overlay.ts";
import type { Json } from "@roster/domain/contacts/attributes.ts";
import type { ContactInput, TextField } from "@roster/domain/contacts/contact.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { textProblem } from "@roster/domain/imports/import-row.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";

const cleared = "An email cannot be cleared. Send one, such as ann@example.com, or leave the field out.";

const Email = z
  .unknown()
  .optional()
  .transform((email, context): string | undefined => {
    const issue = (code: string, message: string) => {
      context.addIssue({ code: "custom", params: { code }, message });
      return z.NEVER;
    };
    if (email === undefined) return undefined;
    if (email === null) return issue("email_missing", cleared);
    if (typeof email !== "string") return issue("wrong_type", "An email is a text, such as ann@example.com.");
    const parsed = parseEmail(email);
    return parsed.ok ? parsed.email : issue("email_invalid", parsed.message);
  })
  .meta({ type: "string" });

const Attributes = z
  .custom<Readonly<Record<string, Json>> | null>(
    (attributes) => attributes === null || isObject(attributes),
    "attributes is an object.",
  )
  .transform((attributes, context): ContactInput => {
    const input: ContactInput = {};
    if (attributes === null) {
      clearOverlay(input);
      // It has a field of its own here.
      delete input.locale;
      return input;
    }
    for (const { field, code, message } of readOverlay(attributes, input)) {
      context.addIssue({ code: "custom", params: { code }, path: field === null ? [] : [field], message });
    }
    return input;
  })
  .meta({
    type: ["object", "null"],
    additionalProperties: true,
    description:
      "Merged by key, `null` deletes one. `firstName`, `lastName`, `phone`, `locale` (texts) and `tags` (a list of texts) are the contact's own fields. `null` in the place of the object clears all but `locale`.",
  });

/** @param name this API's name of the field */
function text(name: string, field: TextField) {
  return z
    .string(`${name} is a text, or null to clear it.`)
    .trim()
    .superRefine((value, context) => {
      const problem = textProblem(field, value);
      if (problem === null) return;
      const message = problem.message.replace(field, name);
      context.addIssue({ code: "custom", params: { code: problem.code }, message });
    })
    .nullable()
    .optional();
}

/** What an object says about a contact; other fields are ignored, `null` clears. */
export const contactFields = {
  email: Email,
  externalId: text("externalId", "externalId").describe(
    "The contact's name in your system; wins over the email.",
  ),
  locale: text("locale", "locale"),
  optIn: z.boolean("optIn is true or false.").optional(),
  attributes: Attributes.optional(),
  consentVersion: text("consentVersion", "consent"),
  source: text("source", "source"),
};

/** One contact, in a body of its own or in a list. */
export const ContactBody = z.object(contactFields).transform(
  ({ email, optIn, attributes, externalId, locale, consentVersion, source }): ContactInput => ({
    ...attributes,
    ...(email !== undefined && { email }),
    ...(optIn !== undefined && { status: optIn }),
    // An empty one names nobody.
    ...(externalId !== undefined && externalId !== "" && { externalId }),
    ...(locale !== undefined && { locale }),
    ...(consentVersion !== undefined && { consent: consentVersion }),
    ...(source !== undefined && { source }),
  }),
);

/**
 * The body of a PUT, POST or PATCH of one contact.
 * @throws Refused invalid, with every issue
 */
export function readContactBody(body: unknown): ContactInput {
  return checked(ContactBody, objectBody(body));
}

/** @throws Refused invalid for a body that is no JSON object, or was not declared as JSON */
export function objectBody(body: unknown): Record<string, Json> {
  if (isObject(body)) return body;
  const message = "Send a JSON object, with Content-Type: application/json.";
  throw new Refused({ code: "invalid", issues: [{ field: "body", code: "wrong_type", message }] });
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
