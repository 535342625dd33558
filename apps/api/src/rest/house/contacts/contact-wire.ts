import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import type { FoundContacts } from "@roster/usecases/contacts/contact-find.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";

/** How answers look: at `/v1`, and as older clients read them at `/mail/v1`. */
export type Form = "v1" | "mail";

/** Why a row or an item failed; a conflict names the other contact by this dialect's id. */
export function shownProblem({ field, code, message, contactId }: RowProblem) {
  if (contactId === undefined) return { field, code, message };
  const id = toHouseId(contactId);
  return { field, code, message: message.replaceAll(contactId, id), contactId: id };
}

/** One contact in this dialect's envelope. */
export function oneContact(stored: StoredContact, form: Form) {
  const data = houseContact(stored);
  return { success: true, data, ...(form === "mail" && { contact: data }) };
}

/** A page; where it was reached by a cursor it has no number, and the total is not counted anew. */
export function contactList(
  { contacts, cursor, hasMore, total, totalIsEstimate }: FoundContacts,
  { page = 1, limit, cursor: by }: { page?: number | undefined; limit: number; cursor?: string | undefined },
  form: Form,
) {
  const data = contacts.map(houseContact);
  const totalPages = total === null ? null : Math.ceil(total / limit);
  return {
    success: true,
    data,
    pagination: {
      page: by === undefined ? page : null,
      limit,
      total,
      totalPages,
      ...(form === "mail" && { total_pages: totalPages }),
      ...(totalIsEstimate && { totalIsEstimate }),
    },
    cursor,
    hasMore,
    ...(form === "mail" && { contacts: data }),
  };
}
