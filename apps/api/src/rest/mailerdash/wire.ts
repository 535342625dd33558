import { displayName, type StoredContact } from "@roster/domain/contacts/contact.ts";
import { SearchText } from "@roster/domain/contacts/contact-filter.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { parseOffset } from "@roster/domain/page.ts";
import type { ExportColumn } from "@roster/usecases/contacts/contact-export.ts";
import { z } from "zod";
import { pageLimit } from "../../page-limit.ts";

const Search = SearchText.optional().describe(
  "Part of the email or name, any case; fewer than three characters match the beginning.",
);

/** The parameter `offset`, by the domain's rule. */
export const Offset = z
  .unknown()
  .optional()
  .transform((raw, context) => {
    const offset = parseOffset(raw);
    if (offset.ok) return offset.value;
    context.addIssue({ code: "custom", message: offset.issue.message });
    return 0;
  })
  .meta({ type: "integer", minimum: 0, description: "Contacts to leave out: 0 where it is absent." });

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z
  .object({
    limit: pageLimit({ default: 100, max: 1000 }),
    offset: Offset,
    status: Status.optional().describe("Only contacts of this status."),
    q: Search,
    search: Search.describe("The same as `q`, under its other published name."),
    format: z
      .literal("csv", "The one format beside JSON is csv.")
      .optional()
      .describe("`csv`: all that the filters select, as a file, whatever `limit` and `offset` say."),
  })
  .transform(({ limit, offset, status, q, search, format }) => ({
    place: { limit, offset },
    selection: { status, search: q ?? search },
    format,
  }));

/** The path of one contact. */
export const ContactPath = z.object({ email: z.string().describe("The contact's email, in any case.") });

/** A contact as this API shows it. @param keyId the slug of its tenant */
export function mailerdashContact(contact: StoredContact, keyId: string) {
  return {
    id: contact.number,
    email: contact.email,
    name: displayName(contact),
    metadata: contact.attributes,
    status: contact.status,
    key_id: keyId,
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
  };
}

/** The columns of `format=csv`, in the published order. */
export function csvColumns(keyId: string): ExportColumn[] {
  return [
    { header: "id", cell: ({ number }) => String(number) },
    { header: "email", cell: ({ email }) => email },
    { header: "name", cell: (contact) => displayName(contact) ?? "" },
    { header: "status", cell: ({ status }) => status },
    { header: "key_id", cell: () => keyId },
    { header: "created_at", cell: ({ createdAt }) => createdAt.toISOString() },
    { header: "updated_at", cell: ({ updatedAt }) => updatedAt.toISOString() },
    { header: "metadata", cell: ({ attributes }) => JSON.stringify(attributes) },
  ];
}
