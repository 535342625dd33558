import { displayName, type StoredContact } from "@roster/domain/contacts/contact.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { tierOf } from "@roster/domain/scores/score.ts";

/** A contact as Roster's own API shows it, with every documented field. */
export function houseContact(contact: StoredContact) {
  return { ...fieldsOf(contact), score: contact.score, tier: tierOf(contact.score), ...timesOf(contact) };
}

/** The same without what changes although nobody changed the contact. */
export function houseContactUnscored(contact: StoredContact) {
  return { ...fieldsOf(contact), ...timesOf(contact) };
}

function fieldsOf(contact: StoredContact) {
  return {
    id: toHouseId(contact.id),
    email: contact.email,
    name: displayName(contact),
    firstName: contact.firstName,
    lastName: contact.lastName,
    phone: contact.phone,
    tags: contact.tags,
    metadata: contact.attributes,
    status: contact.status,
    externalId: contact.externalId,
    locale: contact.locale,
    consent: contact.consent,
    source: contact.source,
  };
}

function timesOf({ createdAt, updatedAt }: StoredContact) {
  return { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
