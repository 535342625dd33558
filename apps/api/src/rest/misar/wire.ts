import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { ContactFilter, SearchText } from "@roster/domain/contacts/contact-filter.ts";
import type { ContactSelection } from "@roster/usecases/contacts/contact-list.ts";
import { z } from "zod";
import { pageLimit, pageNumber } from "../../page-limit.ts";
import { StatusWord, statusWords } from "./status-word.ts";

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z
  .object({
    page: pageNumber.default(1),
    limit: pageLimit({ default: 50, max: 100 }),
    status: StatusWord.optional().describe("Only contacts of this status."),
    search: SearchText.optional().describe(
      "Part of the email or name, any case; fewer than three characters match the beginning.",
    ),
    segment_id: ContactFilter.shape.segmentId.describe("Only contacts that are in this segment now: its id."),
  })
  .transform(({ page, limit, status, search, segment_id }) => ({
    page,
    limit,
    selection: { status, search, segmentId: segment_id } satisfies ContactSelection,
  }));

/** The path of one contact. */
export const ContactPath = z.object({ id: z.string().describe("The contact's id, a UUID.") });

/** A contact as this API shows it. */
export function shownContact(contact: StoredContact) {
  const { id, email, firstName, lastName, phone, status, tags, attributes, createdAt, updatedAt } = contact;
  return {
    id,
    email,
    firstName,
    lastName,
    phone,
    status: statusWords[status],
    tags,
    customFields: attributes,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** A page, under both names that published clients read, as is the number of pages. */
export function shownPage(
  { page, limit }: { page: number; limit: number },
  found: { contacts: readonly StoredContact[]; total: number; totalIsEstimate: boolean },
) {
  const contacts = found.contacts.map(shownContact);
  const { total, totalIsEstimate } = found;
  const pages = Math.ceil(total / limit);
  return {
    success: true,
    contacts,
    data: contacts,
    pagination: {
      page,
      limit,
      total,
      total_pages: pages,
      totalPages: pages,
      ...(totalIsEstimate && { totalIsEstimate }),
    },
  };
}
