import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { readContactId } from "@roster/domain/contacts/house-id.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { listChangeLimit } from "@roster/domain/lists/list.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { contactsByIds, contactsByKeys } from "@roster/store/contacts/contact-read.ts";
import { listsOfContact as storedListsOf } from "@roster/store/lists/lists.ts";
import type { Db } from "@roster/store/open.ts";
import { requireScope } from "../accounts/authentication.ts";
import { type ContactRef, getContact } from "../contacts/contacts.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { changeLists } from "./list-changes.ts";
import { type List, type ListRef, storedList } from "./lists.ts";

/** Contacts as a request names them: by their ids or by their emails, as they were written. */
export type NamedContacts = { ids: readonly string[] } | { emails: readonly string[] };

/**
 * Puts up to 10,000 contacts on a list.
 * @returns how many came on, how many were on it, and which of the texts no contact has; a repeat says nothing
 * @throws Refused missing_scope, not_found (the list), too_many_items
 */
export async function addToList(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  who: NamedContacts,
): Promise<{ added: number; alreadyOn: number; notFound: string[] }> {
  const { changed, found, notFound } = await changeMembers(deps, scope, ref, who, "add");
  return { added: changed, alreadyOn: found - changed, notFound };
}

/**
 * Takes up to 10,000 contacts off a list.
 * @returns how many went off, how many of the contacts were not on it, and which of the texts no contact has
 * @throws Refused missing_scope, not_found (the list), too_many_items
 */
export async function removeFromList(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  who: NamedContacts,
): Promise<{ removed: number; notOn: number; notFound: string[] }> {
  const { changed, found, notFound } = await changeMembers(deps, scope, ref, who, "remove");
  return { removed: changed, notOn: found - changed, notFound };
}

/**
 * Takes one contact off a list.
 * @throws Refused missing_scope, not_found (the list; a contact that is not there, or not on it)
 */
export async function removeOneFromList(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  who: { id: string } | { email: string },
): Promise<void> {
  const named = "id" in who ? { ids: [who.id] } : { emails: [who.email] };
  const { removed } = await removeFromList(deps, scope, ref, named);
  if (removed === 0) throw new Refused({ code: "not_found", what: "contact" });
}

/** The lists that a contact is on, by their names. @throws Refused missing_scope, not_found (the contact) */
export async function listsOfContact(
  deps: Deps,
  scope: TenantScope,
  ref: ContactRef,
): Promise<(List & { addedAt: Date })[]> {
  const { id } = await getContact(deps, scope, ref);
  return storedListsOf(deps.sql, scope.tenantId, id);
}

async function changeMembers(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  who: NamedContacts,
  how: "add" | "remove",
): Promise<{ changed: number; found: number; notFound: string[] }> {
  requireScope(scope, "contacts:write");
  const texts = "ids" in who ? who.ids : who.emails;
  if (texts.length > listChangeLimit) throw new Refused({ code: "too_many_items", limit: listChangeLimit });
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const list = await storedList(tx, scope, ref);
      const { ids, notFound } = await meantContacts(tx, scope.tenantId, who);
      const changed = await changeLists(tx, scope.tenantId, {
        add: how === "add" ? [list.id] : [],
        remove: how === "add" ? [] : [list.id],
        created: [],
        present: ids,
        jobId: null,
      });
      return { changed: changed.size, found: ids.length, notFound };
    }),
  );
}

/** @returns each contact once, and the texts that name none, each once and as it was written */
async function meantContacts(
  sql: Db,
  tenantId: string,
  who: NamedContacts,
): Promise<{ ids: string[]; notFound: string[] }> {
  const texts = [...new Set("ids" in who ? who.ids : who.emails)];
  const keys = texts.map((text) => ("ids" in who ? readContactId(text.trim()) : emailOf(text)));
  const wanted = [...new Set(keys.filter((key) => key !== null))];
  const contacts =
    "ids" in who
      ? await contactsByIds(sql, tenantId, wanted)
      : await contactsByKeys(sql, tenantId, { emails: wanted, externalIds: [] });
  const found = new Set(contacts.map(({ id, email }) => ("ids" in who ? id : email)));
  return {
    ids: contacts.map(({ id }) => id),
    notFound: texts.filter((_, at) => !found.has(keys[at] ?? "")),
  };
}

function emailOf(text: string): string | null {
  const parsed = parseEmail(text);
  return parsed.ok ? parsed.email : null;
}
