import { z } from "zod";
import { parseEmail } from "../email/email.ts";
import { textProblem } from "../imports/import-row.ts";
import { type Attributes, checkAttributes } from "./attributes.ts";
import { type ContactInput, type TextField, textFields } from "./contact.ts";
import { Status } from "./status.ts";
import { checkTags, normalizeTags } from "./tag.ts";

/** An email in the one form under which it is kept. */
export const Email = z
  .string("Send an email as a text, such as ann@example.com.")
  .transform((text, context) => {
    const email = parseEmail(text);
    if (email.ok) return email.email;
    context.addIssue({ code: "custom", params: { code: "email_invalid" }, message: email.message });
    return z.NEVER;
  });

/** A text field of a contact: trimmed and within its limit; `null` clears it. */
export const contactText = (field: TextField) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const problem = textProblem(field, value);
      if (problem === null) return;
      context.addIssue({ code: "custom", params: { code: problem.code }, message: problem.message });
    })
    .nullable()
    .optional();

/** Tags as they are kept: trimmed, without repeats, within their limits. */
export const Tags = z
  .array(z.string())
  .transform(normalizeTags)
  .superRefine((tags, context) => {
    const problem = checkTags(tags);
    if (problem === null) return;
    context.addIssue({ code: "custom", params: { code: problem.code }, message: problem.message });
  });

/**
 * Custom attributes by key; inside, `null` deletes a key. The contact's named fields stand beside them, and are refused
 * inside, where they would hide behind the fields in some dialects.
 */
export const Metadata = z
  .custom<Attributes>()
  .superRefine((attributes: unknown, context) => {
    if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
      const message = "Custom attributes are an object.";
      context.addIssue({ code: "invalid_type", expected: "object", input: attributes, message });
      return;
    }
    const problem = checkAttributes(attributes as Attributes, { refuseNamedFields: true });
    if (problem === null) return;
    context.addIssue({
      code: "custom",
      params: { code: problem.code },
      path: problem.key === null ? [] : [problem.key],
      message: problem.message,
    });
  })
  .meta({
    type: "object",
    additionalProperties: true,
    description: "Custom attributes by key; null deletes a key.",
  })
  .nullable()
  .optional();

/**
 * What a write may say about a contact beside its email and externalId, which name one person and no other: absent
 * fields stay as they are, `null` clears.
 */
export const ContactPatch = z.strictObject({
  name: contactText("name"),
  firstName: contactText("firstName"),
  lastName: contactText("lastName"),
  phone: contactText("phone"),
  locale: contactText("locale"),
  consent: contactText("consent"),
  source: contactText("source"),
  tags: Tags.nullable().optional(),
  attributes: Metadata,
  status: Status.optional(),
});
export type ContactPatch = z.infer<typeof ContactPatch>;

/** The patch as the rules take it, which tell an absent key from one that is undefined. */
export function patchInput({ tags, attributes, status, ...texts }: ContactPatch): ContactInput {
  const input: ContactInput = {};
  if (tags !== undefined) input.tags = tags;
  if (attributes !== undefined) input.attributes = attributes;
  if (status !== undefined) input.status = status;
  for (const field of textFields) {
    if (field === "externalId") continue;
    const value = texts[field];
    if (value !== undefined) input[field] = value;
  }
  return input;
}
