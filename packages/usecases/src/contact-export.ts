import { Readable } from "node:stream";
import type { StoredContact } from "@roster/domain/contact.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { defusedCell } from "@roster/domain/spreadsheet-cell.ts";
import { contactPage } from "@roster/store/contact-read.ts";
import type { ContactConditions } from "@roster/store/contact-where.ts";
import { format } from "fast-csv";
import { requireScope } from "./authentication.ts";
import { type ContactSelection, conditionsOf } from "./contact-list.ts";
import type { Deps } from "./deps.ts";

/** Contacts read from the database at a time. */
const pageContacts = 1000;

/** A column of an export: its header, and what a contact has in it. */
export type ExportColumn = { header: string; cell: (contact: StoredContact) => string };

/**
 * All selected contacts as a CSV, newest first, in flat memory however many they are. Formulas are defused as
 * `defusedCell` says, which an import undoes. A contact that is there from the first page to the last is in it once.
 * @throws Refused missing_scope
 */
export function exportContactsCsv(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
  columns: readonly ExportColumn[],
): AsyncIterable<string> {
  requireScope(scope, "contacts:read");
  const rows = Readable.from(cellsOf(deps, scope, conditionsOf(selection), columns));
  const csv = format({
    headers: columns.map(({ header }) => header),
    alwaysWriteHeaders: true,
    includeEndRowDelimiter: true,
  });
  rows.on("error", (error) => csv.destroy(error));
  // A reader that goes away early ends the reading of pages too.
  csv.on("close", () => rows.destroy());
  rows.pipe(csv).setEncoding("utf8");
  return csv;
}

async function* cellsOf(
  deps: Deps,
  scope: TenantScope,
  where: ContactConditions,
  columns: readonly ExportColumn[],
): AsyncGenerator<string[]> {
  let behind: string | undefined;
  for (;;) {
    const page = await contactPage(deps.sql, scope.tenantId, { ...where, limit: pageContacts, behind });
    for (const contact of page.slice(0, pageContacts)) {
      yield columns.map(({ cell }) => defusedCell(cell(contact)));
    }
    if (page.length <= pageContacts) return;
    behind = page[pageContacts - 1]!.id;
  }
}
