import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { defaultSort, listCursor, readListCursor } from "@roster/domain/contacts/contact-sort.ts";
import { contactPage, keyBehind } from "@roster/store/contacts/contact-read.ts";
import type { Db } from "@roster/store/open.ts";
import { readSegment, segmentMemberPage } from "@roster/store/segments/segment-members.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { csvStream } from "../imports/csv-stream.ts";
import { requireListOf } from "../lists/lists.ts";
import { readInTime, refusedIfTooLong, requestMs, segmentOf } from "../segments/segment-evaluation.ts";
import { type ContactSelection, conditionsOf } from "./contact-list.ts";
import { Stride } from "./contact-stride.ts";

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
 * @param limitMs how long a step may take
 * @throws Refused missing_scope
 */
export function exportContactsNdjson(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
  shown: (contact: StoredContact) => object,
  limitMs?: number,
): AsyncIterable<string> {
  requireScope(scope, "contacts:read");
  return linesOf(pages(deps, scope, selection, limitMs), shown);
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
  const read = where.segment === undefined ? contactPage : segmentMemberPage;
  const page = await readInTime(deps, where, (sql) => read(sql, scope.tenantId, { ...where, limit, behind }));
  const contacts = page.slice(0, limit);
  return { contacts, cursor: page.length > limit ? listCursor(contacts.at(-1)!, defaultSort) : null };
}

/**
 * The selected contacts, step by step: one that looked for a thousand of them at once might look through everybody.
 * @throws Refused invalid where a step of the fewest contacts takes too long: the file ends there, and not as if it were whole
 */
async function* pages(
  deps: Deps,
  scope: TenantScope,
  selection: ContactSelection,
  limitMs = requestMs,
): AsyncGenerator<StoredContact[]> {
  const { tenantId } = scope;
  const where = { ...conditionsOf(selection), segment: await segmentOf(deps, scope, selection) };
  const stride = new Stride(pageContacts);
  let behind: string | undefined;
  const look = async (sql: Db, contacts: number) => {
    const until = await keyBehind(sql, tenantId, { behind, contacts });
    const page = await contactPage(sql, tenantId, { ...where, limit: pageContacts, behind, until });
    const found = page.slice(0, pageContacts);
    return { found, end: page.length > pageContacts ? found.at(-1)!.id : until };
  };
  const step = (contacts: number) =>
    where.segment === undefined
      ? look(deps.sql, contacts)
      : readSegment(deps.sql, limitMs, (tx) => look(tx, contacts));
  do {
    const { found, end } = await refusedIfTooLong(() => stride.over(step), { field: "segmentId", limitMs });
    yield found;
    behind = end;
  } while (behind !== undefined);
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
