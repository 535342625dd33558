import type { Resubscribe } from "@roster/domain/contacts/status.ts";
import type { RowResult } from "@roster/domain/imports/import-row.ts";
import { type RowProblemCode, rowProblem } from "@roster/domain/imports/row-problem.ts";
import type { FieldIssue } from "@roster/domain/refusal.ts";
import { z } from "zod";
import { checked, issuesOf } from "../../input-issue.ts";
import { refusedIssues, within } from "../../refused-items.ts";
import { ContactBody, isObject, objectBody } from "./contact-body.ts";
import { readResubscribe } from "./resubscribe.ts";

/** What is wrong with an email is told of its row; everything else that can be seen in a body is one of its shape. */
const rowCodes: ReadonlySet<string> = new Set(["email_invalid", "email_missing"] satisfies RowProblemCode[]);

export type BulkUpsert = {
  rows: RowResult[];
  /** Each row's email and externalId as they were sent. */
  sent: { email: string | null; externalId: string | null }[];
  resubscribe: Resubscribe | null;
};

/** A list of contacts, as long as one request may have it. */
export function contactList<S extends z.ZodType>(contact: S, max: number) {
  return z
    .array(contact, { error: "contacts is a list of contacts." })
    .min(1, "Send at least one contact.")
    .max(max, `At most ${max} contacts fit in one request. Split them.`);
}

/**
 * The body of a bulk upsert, `{contacts, resubscribe, consent}`; the last two may stand in the query instead.
 * @param max most contacts of one request
 * @throws Refused invalid: no list, an empty or too long one, or any contact that is not of the documented shape
 */
export function readBulkBody(
  body: unknown,
  { query, max }: { query: { resubscribe?: unknown; consent?: unknown }; max: number },
): BulkUpsert {
  const given = objectBody(body);
  const { contacts } = checked(z.object({ contacts: contactList(z.unknown(), max) }), given);

  const issues: FieldIssue[] = [];
  const sent: BulkUpsert["sent"] = [];
  const rows = contacts.map((contact, index): RowResult => {
    const place = `contacts.${index}`;
    if (!isObject(contact)) {
      issues.push({ field: place, code: "wrong_type", message: "A contact is an object." });
      return { ok: true, input: {} };
    }
    sent.push({ email: textOf(contact.email), externalId: textOf(contact.externalId) });
    const read = ContactBody.safeParse(contact);
    if (read.success) return { ok: true, input: read.data };
    const found = issuesOf(read.error);
    const ofRow = found.find(({ code }) => rowCodes.has(code));
    issues.push(...found.filter((issue) => issue !== ofRow).map((issue) => within(place, issue)));
    if (ofRow === undefined) return { ok: true, input: {} };
    return {
      ok: false,
      problem: rowProblem(ofRow.code as RowProblemCode, "email", contact.email, ofRow.message),
    };
  });
  if (issues.length > 0) throw refusedIssues(issues);
  const resubscribe = readResubscribe({
    resubscribe: given.resubscribe ?? query.resubscribe,
    consent: given.consent ?? query.consent,
  });
  return { rows, sent, resubscribe };
}

/** Long enough for any email that could be meant. */
const shownCharacters = 320;

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, shownCharacters) : null;
}
