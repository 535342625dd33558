import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { upsertLimit, type WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { ImportPolicy, importWritePolicy } from "@roster/domain/imports/import-policy.ts";
import { shownText } from "@roster/domain/imports/row-problem.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { z } from "zod";
import { checked, issuesOf } from "../../../input-issue.ts";
import { ContactUpsert } from "../contacts/contact-body.ts";
import { ResubscribeQuery } from "../contacts/contact-query.ts";

/** An item of the list: a contact, or why it is none. */
export type ImportItem = { index: number; email: string | null } & (
  | { input: ContactInput }
  | { issue: { field: string | null; code: string; message: string } }
);

const { tags, listId, resubscribe, consent } = ImportPolicy.shape;
const flag = z.boolean("Write true or false, without quotation marks.");

/** What is said about the list; `update_existing` is the older word, and says the contrary of `skipExisting`. */
export const importFields = {
  skipExisting: flag.optional(),
  update_existing: flag.optional(),
  tags,
  listId,
  resubscribe: resubscribe.unwrap().optional(),
  consent,
};

const Body = z
  .strictObject(
    { contacts: z.array(z.unknown(), "Send the contacts as a list."), ...importFields },
    "Send a JSON object with the contacts, with Content-Type: application/json.",
  )
  .refine(
    ({ skipExisting, update_existing }) => skipExisting === undefined || skipExisting !== update_existing,
    { path: ["update_existing"], message: "It says the contrary of skipExisting. Send one of them." },
  );

/**
 * The body of an import within one request.
 * @param query `resubscribe` and `consent` may stand there; the body wins
 * @throws Refused invalid, too_many_items
 */
export function readImport(body: unknown, query: unknown): { items: ImportItem[]; policy: WritePolicy } {
  const fromQuery = checked(ResubscribeQuery, query);
  const { contacts, skipExisting, update_existing, tags, listId, ...leave } = checked(Body, body);
  if (contacts.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const skips = skipExisting ?? update_existing === false;
  const policy = checked(ImportPolicy, {
    onExisting: skips ? "skip" : "merge",
    tags,
    listId,
    resubscribe: leave.resubscribe ?? fromQuery.resubscribe,
    consent: leave.consent ?? fromQuery.consent,
  });
  return {
    items: contacts.map((contact, index) => readItem(contact, index, policy.tags)),
    policy: importWritePolicy(policy),
  };
}

function readItem(contact: unknown, index: number, tags: readonly string[]): ImportItem {
  const given = (contact as { email?: unknown } | null)?.email;
  const item = { index, email: typeof given === "string" ? shownText(given) : null };
  const read = ContactUpsert.safeParse(contact);
  if (!read.success) {
    const { field, ...issue } = issuesOf(read.error)[0]!;
    return { ...item, issue: { field: field === "body" ? null : field, ...issue } };
  }
  const input = read.data;
  // Who clears a contact's tags wants none, as in a file.
  if (tags.length > 0 && input.tags !== null) input.tags = [...tags, ...(input.tags ?? [])];
  return { ...item, input };
}
