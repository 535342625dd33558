import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { AddressFinder } from "@roster/domain/history/address-finder.ts";
import type { SuppressionEntry } from "@roster/domain/suppressions/suppression-entry.ts";
import { type CopyPlace, copyPage, soughtParts } from "@roster/store/history/address-copies.ts";
import { rowsOfContact } from "@roster/store/history/contact-data.ts";
import { keptUploads } from "@roster/store/imports/uploads.ts";
import { suppressionsByHash } from "@roster/store/suppressions/suppression-list.ts";
import { findInUpload } from "../bulk/upload-addresses.ts";
import { type ContactRef, getContact } from "../contacts/contacts.ts";
import type { Deps } from "../deps.ts";
import type { SourceShape } from "../imports/source/shape.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";

/** A file that is kept for a while and holds the address, or may: `looked` is false where it was too long to look through. */
export type HoldingFile = {
  uploadId: string;
  name: string | null;
  receivedAt: Date;
  jobId: string | null;
  looked: boolean;
};

/** Everything that is held about a contact. */
export type ContactData = {
  contact: StoredContact;
  suppression: SuppressionEntry | null;
  /** All rows of all tables that belong to the contact, by table: history, engagement, events, lists, findings, undo data. */
  records: Record<string, object[]>;
  /** Copies of the address that are kept for a while and then removed by themselves. */
  copies: {
    /** Rows of files that failed, as a job's report shows them. */
    failedRows: { jobId: string; row: number }[];
    /** Answers to requests with an Idempotency-Key, by that key. */
    answers: string[];
    files: HoldingFile[];
  };
};

/** So many bytes of kept files are looked through within one request: less than a second. */
const lookedBytes = 32 * 1024 * 1024;
const pageRows = 500;

/**
 * Everything that is held about a contact, for a person who asks for it.
 * @throws Refused missing_scope, not_found
 */
export async function getContactData(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<ContactData> {
  const contact = await getContact(deps, scope, ref);
  const { tenantId } = scope;
  const hash = suppressionHash(deps.suppressionKey, contact.email);
  const [suppression] = (await suppressionsByHash(deps.sql, tenantId, [hash])).values();
  const finder = new AddressFinder([contact.email]);
  const failed = await keysOfCopies(deps, tenantId, "failedRows", contact.email, finder);
  const answers = await keysOfCopies(deps, tenantId, "answers", contact.email, finder);
  return {
    contact,
    suppression: suppression ?? null,
    records: await rowsOfContact(deps.sql, tenantId, contact.id),
    copies: {
      failedRows: failed.map(([jobId, row]) => ({ jobId: jobId!, row: Number(row) })),
      answers: answers.map(([key]) => key!),
      files: await holdingFiles(deps, tenantId, finder),
    },
  };
}

async function keysOfCopies(
  deps: Deps,
  tenantId: string,
  place: CopyPlace,
  email: string,
  finder: AddressFinder,
): Promise<string[][]> {
  const parts = soughtParts([email]);
  const keys: string[][] = [];
  let behind: string[] | null = null;
  for (;;) {
    const rows = await copyPage(deps.sql, tenantId, place, { parts, behind, limit: pageRows });
    for (const { key, text } of rows) if (finder.in(text).size > 0) keys.push(key);
    if (rows.length < pageRows) return keys;
    behind = rows.at(-1)!.key;
  }
}

async function holdingFiles(deps: Deps, tenantId: string, finder: AddressFinder): Promise<HoldingFile[]> {
  const files: HoldingFile[] = [];
  let left = lookedBytes;
  for (const { id, name, bytes, createdAt, jobId, shape } of (
    await keptUploads(deps.sql, tenantId)
  ).reverse()) {
    left -= bytes;
    const looked = left >= 0;
    const file = { tenantId, uploadId: id, shape: shape as SourceShape | null };
    const finding = looked ? await findInUpload(deps, file, finder, null, async () => false) : null;
    const isClean = finding?.readable === true && finding.search.found.length === 0;
    if (!isClean)
      files.push({ uploadId: id, name, receivedAt: createdAt, jobId, looked: finding?.readable ?? false });
  }
  return files;
}
