import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import type { ContactSort } from "@roster/domain/contacts/contact-sort.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Deps } from "../deps.ts";
import { isChangesCursor, listContactsSince } from "./contact-changes.ts";
import { type ContactSelection, listContacts, listContactsAt } from "./contact-list.ts";

export type FindQuery = ContactSelection & {
  /** Contacts per page, already within the door's bounds. */
  limit: number;
  /** From 1; means nothing beside a cursor. */
  page?: number | undefined;
  cursor?: string | undefined;
  /** Not beside `updatedSince`, which has an order of its own. */
  sort?: ContactSort | undefined;
};

export type FoundContacts = {
  contacts: StoredContact[];
  /** Where the list goes on; null at its end, but never with `updatedSince`: see `listContactsSince`. */
  cursor: string | null;
  hasMore: boolean;
  /** Null where the query has a cursor. */
  total: number | null;
  totalIsEstimate: boolean;
};

/**
 * A page of contacts however it is asked for: by its number, by a cursor of any of these lists, or, with `updatedSince`, in
 * the order of the changes since then.
 * @throws Refused missing_scope, invalid (a cursor that this server did not make, or an order beside `updatedSince`)
 */
export async function findContacts(
  deps: Deps,
  scope: TenantScope,
  { page = 1, cursor, sort, updatedSince, ...query }: FindQuery,
): Promise<FoundContacts> {
  const offset = cursor === undefined ? (page - 1) * query.limit : 0;
  if (updatedSince !== undefined || (cursor !== undefined && isChangesCursor(cursor))) {
    if (sort !== undefined) throw orderedByChange();
    const place = { since: updatedSince ?? null, cursor: cursor ?? null, offset };
    return listContactsSince(deps, scope, { ...query, ...place });
  }
  if (cursor !== undefined) return listContacts(deps, scope, { ...query, sort, cursor });
  const found = await listContactsAt(deps, scope, { ...query, sort, offset, placeName: "page" });
  return { ...found, hasMore: found.cursor !== null };
}

function orderedByChange(): Refused {
  const message = "With updatedSince a list runs in the order of the changes. Leave sort out.";
  return new Refused({ code: "invalid", issues: [{ field: "sort", code: "sort_not_possible", message }] });
}
