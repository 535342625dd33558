import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { ContactPatch, contactText, Email, patchInput } from "@roster/domain/contacts/contact-patch.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { z } from "zod";

/** One contact: its id; or its email; or, as `idOrExternalId`, either of its ids. */
export const ContactRef = z.union([
  z.string(),
  z.strictObject({ email: z.string() }),
  z.strictObject({ idOrExternalId: z.string() }),
]);

/** Leave to bring people back who left or bounced, with the text that they agreed to. */
export const Resubscribe = z.strictObject({ consent: ImportPolicy.shape.consent.unwrap() });

/** What a call may say about a contact: absent fields stay as they are, `null` clears. */
export const contactFields = {
  email: Email.optional(),
  externalId: contactText("externalId"),
  ...ContactPatch.shape,
  /** A status; or as a checkbox has it: true brings back who unsubscribed, false takes back an active contact's consent. */
  status: z
    .union([Status, z.boolean()], "Send active, unsubscribed, bounced or complained, or true or false.")
    .optional(),
};

type Fields = z.output<z.ZodObject<typeof contactFields>>;

/** The fields as the use cases take them, who tell an absent key from one that is undefined. */
export function contactInput({ email, externalId, status, ...patch }: Fields): ContactInput {
  const input = patchInput(patch);
  if (status !== undefined) input.status = status;
  if (email !== undefined) input.email = email;
  // An empty externalId says nothing: it names nobody.
  if (externalId !== undefined && externalId !== "") input.externalId = externalId;
  return input;
}
