import type { StoredContact } from "@roster/domain/contact.ts";
import { defaultSort, listCursor, readListCursor } from "@roster/domain/contact-sort.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { contactPage } from "@roster/store/contact-read.ts";
import { requireScope } from "./authentication.ts";
import { type ContactSelection, conditionsOf } from "./contact-list.ts";
import { csvStream } from "./csv-stream.ts";
import type { Deps } from "./deps.ts";
import { requireListOf } from "./lists.ts";
import { readInTime, segmentOf } from "./segment-evaluation.ts";

/** How long a part of an export of a segment may take to find: whoever waits for a file waits longer than for a page. */
const exportMs = 60_000;

/** Contacts read from the database at a time. */
const pageContacts = 1000;

/** A column of an export: its header, and what a contact has in it. */
export type ExportColumn = { header: string; cell: (contact: StoredContact) => string };

/**
 * All selected contacts as a CSV, newest first, in flat memory however many they are. Formulas are defused as `defusedText`
 * says, which an import undoes. A contact that is there from the first page to the last is in it once.
 * @throws Refused missing_scope
 */
export function exportContactsCsv(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
  columns: readonly ExportColumn[],
): AsyncIterable<string> {
  requireScope(scope, "contacts:read");
  const headers = columns.map(({ header }) => header);
  return csvStream(headers, cellsOf(pages(deps, scope, selection), columns));
}

/**
 * As `exportContactsCsv`, as JSON with a contact on each line.
 * @param shown what a contact is on its line
 * @throws Refused missing_scope
 */
export function exportContactsNdjson(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
  shown: (contact: StoredContact) => object,
): AsyncIterable<string> {
  requireScope(scope, "contacts:read");
  return linesOf(pages(deps, scope, selection), shown);
}

/**
 * A page of what an export holds, for callers who write it down themselves.
 * @param query.limit is already within the door's bounds
 * @throws Refused missing_scope, not_found (the list, the segment), invalid (a cursor that this server did not make)
 */
export async function exportContactsPage(
  deps: Deps,
  scope: TenantScope,
  query: ContactSelection & { limit: number; cursor?: string | undefined },
): Promise<{ contacts: StoredContact[]; cursor: string | null }> {
  requireScope(scope, "contacts:read");
  await requireListOf(deps, scope, query);
  const { limit, cursor } = query;
  const behind = cursor === undefined ? undefined : readListCursor(cursor, defaultSort).key;
  const where = { ...conditionsOf(query), segment: await segmentOf(deps, scope, query) };
  const page = await readInTime(deps, where, (sql) =>
    contactPage(sql, scope.tenantId, { ...where, limit, behind }),
  );
  const contacts = page.slice(0, limit);
  return { contacts, cursor: page.length > limit ? listCursor(contacts.at(-1)!, defaultSort) : null };
}

async function* pages(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
): AsyncGenerator<StoredContact[]> {
  const where = { ...conditionsOf(selection), segment: await segmentOf(deps, scope, selection) };
  let behind: string | undefined;
  for (;;) {
    const query = { ...where, limit: pageContacts, behind };
    const page = await readInTime(deps, where, (sql) => contactPage(sql, scope.tenantId, query), exportMs);
    yield page.slice(0, pageContacts);
    if (page.length <= pageContacts) return;
    behind = page[pageContacts - 1]!.id;
  }
}

async function* cellsOf(
  contacts: AsyncIterable<StoredContact[]>,
  columns: readonly ExportColumn[],
): AsyncGenerator<string[]> {
  for await (const page of contacts) {
    for (const contact of page) yield columns.map(({ cell }) => cell(contact));
  }
}

/** Many lines in one piece: a piece for each would cost more than the line. */
const pieceCharacters = 64 * 1024;

async function* linesOf(
  contacts: AsyncIterable<StoredContact[]>,
  shown: (contact: StoredContact) => object,
): AsyncGenerator<string> {
  let piece = "";
  for await (const page of contacts) {
    for (const contact of page) {
      piece += `${JSON.stringify(shown(contact))}\n`;
      if (piece.length < pieceCharacters) continue;
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}
