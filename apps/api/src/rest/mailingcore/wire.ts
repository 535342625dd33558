import { overlaidAttributes } from "@roster/domain/attribute-overlay.ts";
import type { StoredContact } from "@roster/domain/contact.ts";
import { ContactFilter } from "@roster/domain/contact-filter.ts";
import type { Report, RowOutcome } from "@roster/domain/import-report.ts";
import { z } from "zod";
import { readLimit, readPage } from "../../page-limit.ts";
import { Cursor, Flag, Time } from "../../query-value.ts";

/** The query of the list; parameters that this API does not know are ignored. */
export const ListQuery = z.object({
  page: z.unknown().optional().transform(readPage),
  limit: z
    .unknown()
    .optional()
    .transform(readLimit({ default: 50, max: 500 })),
  cursor: Cursor,
  locale: ContactFilter.shape.locale,
  optIn: Flag.optional(),
  updatedSince: Time.optional(),
});
export type ListQuery = z.output<typeof ListQuery>;

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
