import type { Contact, RosterClient } from "@roster/client/client.ts";
import { readContactId } from "@roster/domain/contacts/house-id.ts";
import { CommandError } from "../command-error.ts";
import { printable } from "../text/text-table.ts";

/** A contact by its id, in either form, else by its email or externalId, whichever there is. @throws CommandError where there is none */
export async function contactNamed(client: RosterClient, named: string): Promise<Contact> {
  const id = readContactId(named);
  if (id !== null) return client.contacts.get.query({ id });
  const { found } = await client.contacts.lookup.mutate({ emails: [named], externalIds: [named] });
  const [contact] = found;
  if (contact === undefined) {
    throw new CommandError(`No contact has the id, email or externalId ${printable(named, 100)}.`);
  }
  return contact;
}
