import { type Attributes, checkAttributes } from "@roster/domain/attributes.ts";
import { type ContactInput, type TextField, textFields } from "@roster/domain/contact.ts";
import { parseEmail } from "@roster/domain/email.ts";
import { textProblem } from "@roster/domain/import-row.ts";
import { Status } from "@roster/domain/status.ts";
import { addTags } from "@roster/domain/tag.ts";
import { z } from "zod";

const Email = z.string().transform((text, context) => {
  const email = parseEmail(text);
  if (email.ok) return email.email;
  context.addIssue({ code: "custom", message: email.message });
  return z.NEVER;
});

/** Trimmed and within the field's limit; `null` clears it. */
const text = (field: TextField) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const problem = textProblem(field, value);
      if (problem !== null) context.addIssue({ code: "custom", message: problem.message });
    })
    .nullable()
    .optional();

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

/** What a call may say about a contact: absent fields stay as they are, `null` clears. */
export const contactFields = {
  email: Email.optional(),
  externalId: text("externalId"),
  name: text("name"),
  firstName: text("firstName"),
  lastName: text("lastName"),
  phone: text("phone"),
  locale: text("locale"),
  consent: text("consent"),
  source: text("source"),
  tags: z
    .array(z.string())
    .transform((tags) => addTags([], tags))
    .nullable()
    .optional(),
  attributes: CustomAttributes.nullable().optional(),
  status: Status.optional(),
};

type Fields = z.output<z.ZodObject<typeof contactFields>>;

/** The fields as the use cases take them, who tell an absent key from one that is undefined. */
export function contactInput({
  email,
  externalId,
  tags,
  attributes,
  status,
  ...texts
}: Fields): ContactInput {
  const input: ContactInput = {};
  if (email !== undefined) input.email = email;
  // An empty externalId says nothing: it names nobody.
  if (externalId !== undefined && externalId !== "") input.externalId = externalId;
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
