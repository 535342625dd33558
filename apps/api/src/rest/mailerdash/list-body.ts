import { Status } from "@roster/domain/contacts/status.ts";
import { ListName, listChangeLimit } from "@roster/domain/lists/list.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { List } from "@roster/usecases/lists/lists.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";
import { pageLimit } from "../../page-limit.ts";
import { Offset } from "./wire.ts";

/** What is said of a list; fields that this API does not know are ignored. */
export const ListBody = z.object({ name: ListName }, "Send the list as a JSON object.");

/** The path of one list. */
export const ListPath = z.object({
  id: z.string().describe("The list's short name, which its name gave it."),
});
export const ListedContactPath = ListPath.extend({
  email: z.string().describe("The contact's email, in any case."),
});

/** The query of one list: which of its contacts are shown. */
export const ListedQuery = z.object({
  limit: pageLimit({ default: 100, max: 1000 }),
  offset: Offset,
  status: Status.optional().describe("Only contacts of this status."),
});

const texts = z.array(z.string("Each of them is a text."), "Send a JSON list.");
export const MembersBody = z.object({ emails: texts }, "Send a JSON object with the emails.");
export const ListIdsBody = z.object({ ids: texts }, "Send a JSON object with the ids of the lists.");

/** The addresses that are put on a list. @throws Refused invalid, too_many_items */
export function readMembers(body: unknown): string[] {
  return within(checked(MembersBody, body).emails);
}

/** The lists that are deleted. @throws Refused invalid, too_many_items */
export function readListIds(body: unknown): string[] {
  return within(checked(ListIdsBody, body).ids);
}

function within(texts: string[]): string[] {
  if (texts.length > listChangeLimit) throw new Refused({ code: "too_many_items", limit: listChangeLimit });
  return texts;
}

/** A list as this API shows it. @param keyId the slug of its tenant */
export function mailerdashList({ slug, name, contacts, createdAt }: List, keyId: string) {
  return { id: slug, name, key_id: keyId, contact_count: contacts, created_at: createdAt };
}
