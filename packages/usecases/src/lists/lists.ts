import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { copyName, ListName, listLimit, listSlug } from "@roster/domain/lists/list.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { isStorable } from "@roster/domain/text/text.ts";
import { addToListCounts, copyMembers } from "@roster/store/lists/list-members.ts";
import {
  deleteLists as deleteStored,
  insertList,
  type List,
  listNames,
  listOf,
  listPage,
  setListName,
} from "@roster/store/lists/lists.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { requireLists } from "./list-changes.ts";

export type { List } from "@roster/store/lists/lists.ts";

/** How a caller names a list, as it was written: by its id, or by its short name. */
export type ListRef = string | { slug: string };

/** A list's place among all, newest first. */
const Place = z.tuple([z.uuid()]);

/**
 * Makes an empty list. Its short name is made of the name.
 * @throws Refused missing_scope, name_taken, invalid (the tenant has as many lists as one may have)
 */
export function createList(deps: Deps, scope: TenantScope, { name }: { name: string }): Promise<List> {
  requireScope(scope, "contacts:write");
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const id = await newList(deps, tx, scope, () => name);
      return storedList(tx, scope, id);
    }),
  );
}

/** A page of the lists, newest first. @throws Refused missing_scope, invalid (a cursor that this server did not make) */
export async function listLists(
  deps: Deps,
  scope: TenantScope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ lists: List[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const behind = cursor === undefined ? undefined : decodeCursor(cursor, Place)[0];
  const found = await listPage(deps.sql, scope.tenantId, { limit, behind });
  const lists = found.slice(0, limit);
  const hasMore = found.length > limit;
  return { lists, cursor: hasMore ? encodeCursor([lists.at(-1)!.id]) : null, hasMore };
}

/** Every list, newest first. @throws Refused missing_scope */
export async function allLists(deps: Deps, scope: TenantScope): Promise<List[]> {
  requireScope(scope, "contacts:read");
  return listPage(deps.sql, scope.tenantId, { limit: null });
}

/** @throws Refused missing_scope, not_found */
export async function getList(deps: Deps, scope: TenantScope, ref: ListRef): Promise<List> {
  requireScope(scope, "contacts:read");
  return storedList(deps.sql, scope, ref);
}

/** Gives a list another name; its id and its short name stay. @throws Refused missing_scope, not_found, name_taken */
export function renameList(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  { name }: { name: string },
): Promise<List> {
  requireScope(scope, "contacts:write");
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const list = await storedList(tx, scope, ref);
      if (list.name === name) return list;
      const { names } = await listNames(tx, scope.tenantId);
      if (names.has(name)) throw new Refused({ code: "name_taken", what: "list", name });
      await setListName(tx, scope.tenantId, list.id, name);
      return storedList(tx, scope, list.id);
    }),
  );
}

/**
 * Deletes lists, all or none; the contacts stay.
 * @returns how many: a repeat says nothing
 * @throws Refused missing_scope, not_found (one of them)
 */
export function deleteLists(deps: Deps, scope: TenantScope, refs: readonly ListRef[]): Promise<number> {
  requireScope(scope, "contacts:write");
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const ids = new Set<string>();
      for (const ref of refs) ids.add((await storedList(tx, scope, ref)).id);
      const gone = await deleteStored(tx, scope.tenantId, [...ids]);
      if (gone.length < ids.size) throw new Refused({ code: "not_found", what: "list" });
      return gone.length;
    }),
  );
}

/**
 * Makes a list of everybody who is on another one at this moment.
 * @param input.name absent: the other's with “(copy)” behind
 * @throws Refused missing_scope, not_found, name_taken, invalid (too many lists)
 */
export function duplicateList(
  deps: Deps,
  scope: TenantScope,
  ref: ListRef,
  { name }: { name?: string | undefined } = {},
): Promise<List> {
  requireScope(scope, "contacts:write");
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const list = await storedList(tx, scope, ref);
      await requireLists(tx, scope.tenantId, [list.id]);
      const id = await newList(deps, tx, scope, (names) => name ?? copyName(list.name, names));
      const copied = await copyMembers(tx, scope.tenantId, list.id, id);
      await addToListCounts(tx, scope.tenantId, new Map([[id, copied]]));
      return storedList(tx, scope, id);
    }),
  );
}

/** @throws Refused not_found where a selection of contacts names a list that is not there */
export async function requireListOf(
  deps: Deps,
  scope: TenantScope,
  { listId }: { listId?: string | undefined },
): Promise<void> {
  if (listId !== undefined) await storedList(deps.sql, scope, listId);
}

/** The list that a caller names. @throws Refused not_found */
export async function storedList(sql: Db, { tenantId }: TenantScope, ref: ListRef): Promise<List> {
  const list = await foundList(sql, tenantId, ref);
  if (list === null) throw new Refused({ code: "not_found", what: "list" });
  return list;
}

async function foundList(sql: Db, tenantId: string, ref: ListRef): Promise<List | null> {
  if (typeof ref === "string") return isUuid(ref) ? listOf(sql, tenantId, { id: ref }) : null;
  return isStorable(ref.slug) ? listOf(sql, tenantId, ref) : null;
}

/** Where somebody else takes the name or the short name meanwhile, a unique violation: try again. */
async function newList(
  deps: Deps,
  tx: Tx,
  { tenantId }: TenantScope,
  nameAmong: (names: ReadonlySet<string>) => string,
): Promise<string> {
  const { names, slugs } = await listNames(tx, tenantId);
  const name = ListName.parse(nameAmong(names));
  if (names.has(name)) throw new Refused({ code: "name_taken", what: "list", name });
  if (names.size >= listLimit) {
    const message = `There are ${listLimit} lists, and no more fit. Delete one that is not needed.`;
    throw new Refused({ code: "invalid", issues: [{ field: "name", code: "too_many_lists", message }] });
  }
  const id = deps.newId();
  await insertList(tx, tenantId, { id, slug: listSlug(name, slugs), name });
  return id;
}
