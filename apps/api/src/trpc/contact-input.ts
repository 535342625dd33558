import type { ContactInput } from "@roster/domain/contact.ts";
import { ContactPatch, contactText, Email, patchInput } from "@roster/domain/contact-patch.ts";
import type { z } from "zod";

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
