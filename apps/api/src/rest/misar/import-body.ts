import { createHash } from "node:crypto";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { shownText } from "@roster/domain/imports/row-problem.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { readWholeFile } from "@roster/usecases/imports/import-whole.ts";
import type { Request, Response } from "express";
import { z } from "zod";
import { checked, issuesOf } from "../../input-issue.ts";
import { fileBody, jsonBody, mediaType } from "../body.ts";
import { NewContact } from "./contact-body.ts";

/** What one request imports; more goes to the asynchronous route. */
const importBytes = 5 * 1024 * 1024;

/** A row or item as it was sent: a contact, or the sentence that says why it is none. */
export type ImportRow = { row: number; email: string | null } & ({ input: ContactInput } | { error: string });

export type ContactImport = {
  rows: ImportRow[];
  policy: ImportPolicy;
  /** What tells a repeat of the request from another one. */
  content: unknown;
};

const once = "Give this parameter once.";
const Flag = z.enum(["true", "false"], "Write true or false.").transform((word) => word === "true");
const flag = z.boolean("Write true or false, without quotation marks.");

const says = {
  updateExisting:
    "Whether contacts that are there are merged with what is sent; else they are left as they are.",
  resubscribe: "With a `consent`: contacts that unsubscribed or bounced become subscribed again.",
  consent: "The text that the people agreed to; kept in their history.",
  other: "The same as `update_existing`.",
} as const;

/** The query of an import. */
export const ImportQuery = z
  .object({
    update_existing: Flag.optional().describe(says.updateExisting),
    updateExisting: Flag.optional().describe(says.other),
    resubscribe: Flag.optional().describe(says.resubscribe),
    consent: z.string(once).optional().describe(says.consent),
  })
  .transform(({ update_existing, updateExisting = update_existing, resubscribe, consent }) => {
    return { updateExisting, resubscribe, consent };
  });
type Options = z.output<typeof ImportQuery>;

/** What an import's JSON object says beside the contacts. */
export const importFields = {
  update_existing: flag.optional().describe(says.updateExisting),
  updateExisting: flag.optional().describe(says.other),
  resubscribe: flag.optional().describe(says.resubscribe),
  consent: z.string("consent is the text that the person agreed to.").optional().describe(says.consent),
};

const Body = z
  .object(
    { contacts: z.array(z.unknown(), "Send the contacts as a list."), ...importFields },
    "Send a JSON object with the contacts.",
  )
  .transform(({ contacts, update_existing, updateExisting = update_existing, resubscribe, consent }) => {
    return { contacts, told: { updateExisting, resubscribe, consent } };
  });

/**
 * Reads an import to its end: a JSON object with `contacts`, or a CSV. Its options may stand in the query, and in the object,
 * which wins.
 * @throws Refused invalid, bad_upload, body_too_large, too_many_items, unsupported_media_type
 */
export async function readImport(req: Request, res: Response): Promise<ContactImport> {
  const query = checked(ImportQuery, req.query);
  const got = mediaType(req.headers["content-type"]);
  if (got === "text/csv") {
    const policy = policyOf(query);
    const bytes = await fileBody(req, res, importBytes);
    const rows = await readWholeFile(bytes, { hints: { format: "csv", gzip: false }, policy });
    const content = { file: createHash("sha256").update(bytes).digest("hex") };
    return { rows: rows.map(ofFile), policy, content };
  }
  if (got !== "application/json") {
    throw new Refused({
      code: "unsupported_media_type",
      got,
      expected: ["application/json", "text/csv"],
    });
  }
  const content = await jsonBody(req, res, importBytes);
  const { contacts, told } = checked(Body, content);
  if (contacts.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  return { rows: contacts.map(ofItem), policy: policyOf(query, told), content };
}

/** Contacts that are there are left as they are, unless the caller wants them merged. */
function policyOf(query: Options, body?: Options): ImportPolicy {
  const updateExisting = body?.updateExisting ?? query.updateExisting ?? false;
  return checked(ImportPolicy, {
    onExisting: updateExisting ? "merge" : "skip",
    resubscribe: body?.resubscribe ?? query.resubscribe,
    consent: body?.consent ?? query.consent,
  });
}

function ofFile({ row, email, read }: Awaited<ReturnType<typeof readWholeFile>>[number]): ImportRow {
  const place = { row, email: shownText(email ?? "") || null };
  return read.ok ? { ...place, input: read.input } : { ...place, error: read.problem.message };
}

function ofItem(item: unknown, index: number): ImportRow {
  const email = (item as { email?: unknown } | null)?.email;
  const place = { row: index + 1, email: typeof email === "string" ? shownText(email) : null };
  const read = NewContact.safeParse(item);
  return read.success ? { ...place, input: read.data } : { ...place, error: sentence(read.error) };
}

function sentence(error: z.core.$ZodError): string {
  return issuesOf(error)
    .map(({ field, message }) => (field === "body" ? message : `${field}: ${message}`))
    .join("; ");
}
