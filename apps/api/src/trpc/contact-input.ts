import type { ContactInput } from "@roster/domain/contact.ts";
import { ContactPatch, contactText, patchInput } from "@roster/domain/contact-patch.ts";
import { parseEmail } from "@roster/domain/email.ts";
import { z } from "zod";

const Email = z.string().transform((text, context) => {
  const email = parseEmail(text);
  if (email.ok) return email.email;
  context.addIssue({ code: "custom", message: email.message });
  return z.NEVER;
});

/** What a call may say about a contact: absent fields stay as they are, `null` clears. */
export const contactFields = {
  email: Email.optional(),
  externalId: contactText("externalId"),
  ...ContactPatch.shape,
};

type Fields = z.output<z.ZodObject<typeof contactFields>>;

/** The fields as the use cases take them, who tell an absent key from one that is undefined. */
export function contactInput({ email, externalId, ...patch }: Fields): ContactInput {
  const input = patchInput(patch);
  if (email !== undefined) input.email = email;
  // An empty externalId says nothing: it names nobody.
  if (externalId !== undefined && externalId !== "") input.externalId = externalId;
  return input;
}
