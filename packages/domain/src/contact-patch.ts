import { z } from "zod";
import { type Attributes, checkAttributes } from "./attributes.ts";
import { type ContactInput, type TextField, textFields } from "./contact.ts";
import { textProblem } from "./import-row.ts";
import { Status } from "./status.ts";
import { checkTags, normalizeTags } from "./tag.ts";

/** A text field of a contact: trimmed and within its limit; `null` clears it. */
export const contactText = (field: TextField) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const problem = textProblem(field, value);
      if (problem !== null) context.addIssue({ code: "custom", message: problem.message });
    })
    .nullable()
    .optional();

/** Tags as they are kept: trimmed, without repeats, within their limits. */
export const Tags = z
  .array(z.string())
  .transform(normalizeTags)
  .superRefine((tags, context) => {
    const problem = checkTags(tags);
    if (problem !== null) context.addIssue({ code: "custom", message: problem.message });
  });

/** Custom attributes by key; inside, `null` deletes a key. */
const CustomAttributes = z
  .custom<Attributes>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
    error: "Attributes are an object.",
  })
  .superRefine((attributes, context) => {
    const problem = checkAttributes(attributes);
    if (problem === null) return;
    context.addIssue({
      code: "custom",
      path: problem.key === null ? [] : [problem.key],
      message: problem.message,
    });
  });

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
  attributes: CustomAttributes.nullable().optional(),
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
