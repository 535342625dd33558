import { overlaidAttributes } from "@roster/domain/contacts/attribute-overlay.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { ContactFilter } from "@roster/domain/contacts/contact-filter.ts";
import type { Report, RowOutcome } from "@roster/domain/imports/import-report.ts";
import { z } from "zod";
import { pageLimit, pageNumber } from "../../page-limit.ts";
import { Cursor, Flag, Time } from "../../query-value.ts";

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z.object({
  page: pageNumber.default(1),
  limit: pageLimit({ default: 50, max: 500 }),
  cursor: Cursor.describe("Where to go on: the `cursor` of the answer before. Filters are to be repeated."),
  locale: ContactFilter.shape.locale.describe("Only contacts of this locale."),
  optIn: Flag.optional().describe("Only contacts that have opted in, or only those that have not."),
  updatedSince: Time.optional().describe(
    "What was changed at this time or later, the oldest change first: a time, or a date.",
  ),
});
export type ListQuery = z.output<typeof ListQuery>;

/** The query of a bulk upsert. `resubscribe` and `consent` are read together with the body's. */
export const BulkQuery = z.object({
  strict: Flag.default(false).describe("`true`: one contact that cannot be written turns all of them down."),
  resubscribe: z.unknown().optional(),
  consent: z.unknown().optional(),
});

/** The path of one contact. */
export const ContactPath = z.object({
  idOrExternalId: z.string().describe("The contact's id, a UUID, or its externalId."),
});

/** A contact as this API shows it. */
export function shownContact(contact: StoredContact) {
  const { id, externalId, email, locale, status, consent, source, createdAt, updatedAt } = contact;
  return {
    id,
    externalId,
    email,
    locale,
    optIn: status === "active",
    attributes: overlaidAttributes(contact),
    consentVersion: consent,
    source,
    createdAt,
    updatedAt,
  };
}

/** A page; where it was reached by a cursor it has no number, and the total is not counted anew. */
export function shownPage(
  { page, limit, cursor: by }: ListQuery,
  found: {
    contacts: readonly StoredContact[];
    cursor: string | null;
    total: number | null;
    totalIsEstimate: boolean;
  },
) {
  const { contacts, cursor, total, totalIsEstimate } = found;
  return {
    data: contacts.map(shownContact),
    meta: {
      page: by === undefined ? page : null,
      limit,
      total,
      totalPages: total === null ? null : Math.ceil(total / limit),
      ...(totalIsEstimate && { totalIsEstimate }),
    },
    cursor,
  };
}

/** What became of a bulk upsert: this API has no word for a repeat, so that it counts by what it did. */
export function shownUpserts(
  { outcomes, report }: { outcomes: readonly RowOutcome[]; report: Report },
  sent: readonly { email: string | null; externalId: string | null }[],
) {
  const { created, updated, unchanged, duplicate, failed } = report.counters;
  const errors = outcomes.flatMap((outcome, index) => {
    if (outcome.kind !== "failed") return [];
    const { externalId, email } = sent[index]!;
    const { code, message } = outcome.problem;
    return [
      { index, ...(externalId !== null && { externalId }), ...(email !== null && { email }), code, message },
    ];
  });
  return {
    created,
    updated: updated + report.duplicateChanged,
    unchanged: unchanged + duplicate - report.duplicateChanged,
    failed,
    reasons: report.reasons,
    errors,
  };
}
