import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { upsertLimit, type WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { ImportPolicy, importWritePolicy } from "@roster/domain/imports/import-policy.ts";
import { shownText } from "@roster/domain/imports/row-problem.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { z } from "zod";
import { checked, issuesOf } from "../../input-issue.ts";
import { NewContact } from "./contact-body.ts";

/** An item of an import that failed, as this API reports it. */
export type FailedItem = { index: number; email: string | null; error: string };

const Items = z.array(z.unknown(), "Send a JSON array of contacts.");

/**
 * The body of an import: the contacts with their places in it, and the items that are none.
 * @throws Refused invalid, too_many_items
 */
export function readImportItems(body: unknown): {
  items: { index: number; input: ContactInput }[];
  failed: FailedItem[];
} {
  const given = within(checked(Items, body));
  const items: { index: number; input: ContactInput }[] = [];
  const failed: FailedItem[] = [];
  for (const [index, item] of given.entries()) {
    const read = NewContact.safeParse(item);
    if (read.success) items.push({ index, input: read.data });
    else failed.push({ index, email: emailOf(item), error: sentence(read.error) });
  }
  return { items, failed };
}

function emailOf(item: unknown): string | null {
  const email = (item as { email?: unknown } | null)?.email;
  return typeof email === "string" ? shownText(email) : null;
}

function sentence(error: z.core.$ZodError): string {
  return issuesOf(error)
    .map(({ field, message }) => (field === "body" ? message : `${field}: ${message}`))
    .join("; ");
}

/** The query of an import. */
export const ImportQuery = z.object({
  resubscribe: z
    .enum(["true", "false"], "Write true or false.")
    .default("false")
    .transform((word) => word === "true")
    .describe("`true`, with a `consent`: contacts that unsubscribed or bounced become active again."),
  consent: z
    .string("Give this parameter once.")
    .optional()
    .describe("The text that the people agreed to; kept in their history."),
});

/**
 * How an import writes; its query may say that people who left come back, and what they consented to.
 * @throws Refused invalid
 */
export function readImportPolicy(query: unknown): WritePolicy {
  return importWritePolicy(checked(ImportPolicy, checked(ImportQuery, query)));
}

const Emails = z.array(z.string("An email is a text."), "Send a JSON list of emails.");
export const EmailsBody = z.object({ emails: Emails }, "Send a JSON object with the emails.");
export const BareEmails = z.array(
  z.union([z.string(), z.object({ email: z.string() }).transform(({ email }) => email)], {
    error: () => "An item is an email, or an object with one.",
  }),
);

/** The addresses of a preview, `{emails}` or a bare list of addresses or contacts. @throws Refused invalid, too_many_items */
export function readPreviewEmails(body: unknown): string[] {
  return Array.isArray(body) ? checked(BareEmails, within(body)) : readEmails(body);
}

/** The addresses of a deletion, `{emails}`. @throws Refused invalid, too_many_items */
export function readEmails(body: unknown): string[] {
  return within(checked(EmailsBody, body).emails);
}

function within<T>(items: T[]): T[] {
  if (items.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  return items;
}
