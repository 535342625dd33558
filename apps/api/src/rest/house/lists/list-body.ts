import { ListName, listChangeLimit } from "@roster/domain/lists/list.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { NamedContacts } from "@roster/usecases/lists/list-members.ts";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { filters, tagsOf } from "../contacts/contact-query.ts";

const noObject = "Send a JSON object, with Content-Type: application/json.";

/** What is said of a list. */
export const ListBody = z.strictObject({ name: ListName }, noObject);

/** What a copy is called; absent, it is called after the list. */
export const DuplicateBody = z.strictObject({ name: ListName.optional() }, noObject).prefault({});

/** The path of one list. */
export const ListPath = z.object({ id: z.string().describe("The list's id, a UUID.") });
export const ListedContactPath = ListPath.extend({
  contactId: z.string().describe("The contact's id, which begins with `con_`."),
});

export const ListsQuery = z.strictObject({ limit: pageLimit({ default: 50, max: 1000 }), cursor: Cursor });

/** The query of a list's contacts: the filters of the list of contacts, by cursor. */
const { status, search, tag } = filters;
export const ListedQuery = z
  .strictObject({ status, search, tag, limit: pageLimit({ default: 50, max: 1000 }), cursor: Cursor })
  .transform(tagsOf);

const texts = (what: string) =>
  z.array(z.string(), `Send a list of ${what}.`).describe(`At most ${listChangeLimit}.`).optional();

/** Whom a change of a list is about: by ids or by emails. */
export const MembersBody = z.strictObject({ ids: texts("ids"), emails: texts("emails") }, noObject);

/** @throws Refused invalid, too_many_items */
export function readMembers(body: unknown): NamedContacts {
  const { ids, emails } = checked(MembersBody, body);
  const texts = ids ?? emails;
  if (texts === undefined || (ids !== undefined && emails !== undefined)) {
    const message = "Say whom you mean by ids or by emails: by one of them.";
    throw new Refused({ code: "invalid", issues: [{ field: "body", code: "subjects_unclear", message }] });
  }
  if (texts.length > listChangeLimit) throw new Refused({ code: "too_many_items", limit: listChangeLimit });
  return ids === undefined ? { emails: texts } : { ids };
}
