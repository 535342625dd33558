import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { ContactPatch, Email, Metadata, patchInput } from "@roster/domain/contacts/contact-patch.ts";
import { z } from "zod";

const { name, status } = ContactPatch.shape;
const fields = { name, status, metadata: Metadata };

/** The body of a PATCH; fields that this API does not know are ignored. */
export const ContactChange = z
  .object(fields, "Send the contact as a JSON object.")
  .transform(({ metadata, ...patch }): ContactInput => patchInput({ ...patch, attributes: metadata }));

/** The body of a POST, and an item of an import. */
export const NewContact = z
  .object({ email: Email, ...fields }, "Send the contact as a JSON object.")
  .transform(({ email, metadata, ...patch }): ContactInput & { email: string } => ({
    ...patchInput({ ...patch, attributes: metadata }),
    email,
  }));
