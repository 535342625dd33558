import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import {
  ContactPatch,
  contactText,
  Email,
  Metadata,
  patchInput,
} from "@roster/domain/contacts/contact-patch.ts";
import { readStatusWord } from "@roster/domain/imports/import-row.ts";
import { z } from "zod";

/** A status; `subscribed`, the older word for active, is read too. */
export const StatusWord = z
  .string("Write active, unsubscribed, bounced or complained.")
  .transform((word, context) => {
    const status = readStatusWord(word);
    if (status !== null) return status;
    const message = "Write active, unsubscribed, bounced or complained.";
    context.addIssue({ code: "custom", params: { code: "status_invalid" }, message });
    return z.NEVER;
  });

const { attributes: _attributes, status: _status, ...texts } = ContactPatch.shape;

/** What may be changed of one contact or of many; `customFields` is the older word for `metadata`. */
export const changeFields = {
  ...texts,
  status: StatusWord.optional(),
  metadata: Metadata,
  customFields: Metadata,
};
type Change = z.output<z.ZodObject<typeof changeFields>>;

/** Refuses a body that has the metadata under both names. */
export function oneMetadata({ metadata, customFields }: Change, context: z.RefinementCtx): void {
  if (metadata === undefined || customFields === undefined) return;
  const message = "metadata and customFields are two names for one field. Send one of them.";
  context.addIssue({ code: "custom", params: { code: "ambiguous" }, path: ["customFields"], message });
}

/** A change in the domain's words. */
export function attributesOf({ metadata, customFields, ...patch }: Change): ContactPatch {
  const attributes = metadata === undefined ? customFields : metadata;
  return attributes === undefined ? patch : { ...patch, attributes };
}

const noObject = "Send the contact as a JSON object, with Content-Type: application/json.";

/** Also refuses what it does not know, by name. */
const Contact = z
  .strictObject({ email: Email.optional(), externalId: contactText("externalId"), ...changeFields }, noObject)
  .superRefine(oneMetadata)
  .transform(({ email, externalId, ...change }): ContactInput => {
    const input = patchInput(attributesOf(change));
    if (email !== undefined) input.email = email;
    // An empty one names nobody.
    if (externalId !== undefined && externalId !== "") input.externalId = externalId;
    return input;
  });

/** The body of a PATCH: any subset of the fields. */
export const ContactChange = Contact;

/** A contact to be merged into the one that it names by `externalId`, else by `email`. */
export const ContactUpsert = Contact.superRefine(({ email, externalId }, context) => {
  if (email === undefined && (externalId ?? null) === null) missingEmail(context);
});

/** The body of a POST that creates. */
export const NewContact = Contact.superRefine(({ email }, context) => {
  if (email === undefined) missingEmail(context);
});

function missingEmail(context: z.RefinementCtx): void {
  const message = "The email is missing. Send one, such as ann@example.com.";
  context.addIssue({ code: "custom", params: { code: "email_missing" }, path: ["email"], message });
}
