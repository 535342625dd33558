import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { contactText, Email, Metadata, patchInput, Tags } from "@roster/domain/contacts/contact-patch.ts";
import { z } from "zod";
import { StatusWord } from "./status-word.ts";

/** What may be said of a contact; names of two words may be written in both ways. */
const fields = {
  firstName: contactText("firstName"),
  first_name: contactText("firstName"),
  lastName: contactText("lastName"),
  last_name: contactText("lastName"),
  phone: contactText("phone"),
  tags: Tags.nullable().optional(),
  customFields: Metadata,
  custom_fields: Metadata,
  status: StatusWord.optional(),
};
const Fields = z.object(fields);

const objectMessage = "Send the contact as a JSON object, with Content-Type: application/json.";

/** The body of a PATCH; fields that this API does not know are ignored. */
export const ContactChange = z.object(fields, objectMessage).transform(inputOf);

/** The body of a POST, and an item of an import. */
export const NewContact = z
  .object({ email: Email, ...fields }, objectMessage)
  .transform(({ email, ...rest }): ContactInput & { email: string } => ({ ...inputOf(rest), email }));

function inputOf(body: z.output<typeof Fields>): ContactInput {
  const { first_name, last_name, custom_fields, firstName, lastName, customFields, ...rest } = body;
  return patchInput({
    ...rest,
    firstName: firstName === undefined ? first_name : firstName,
    lastName: lastName === undefined ? last_name : lastName,
    attributes: customFields === undefined ? custom_fields : customFields,
  });
}
