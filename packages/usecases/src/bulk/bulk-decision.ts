import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Contact } from "@roster/domain/contacts/contact.ts";
import { ContactBook } from "@roster/domain/contacts/contact-book.ts";
import { noEffects } from "@roster/domain/contacts/upsert.ts";
import { countOutcome, emptyReport, type Report } from "@roster/domain/imports/import-report.ts";
import type { RowProblem } from "@roster/domain/imports/row-problem.ts";
import {
  applyBulkChange,
  type BulkChange,
  type BulkSubject,
  bulkChangePolicy,
  listsOfChange,
  withListChange,
} from "@roster/domain/jobs/bulk-change.ts";
import { Raced } from "@roster/store/contacts/contact-write.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Decision } from "../contacts/contact-decision.ts";
import { removeContacts } from "../contacts/contact-removal.ts";
import { writeDecision } from "../contacts/contact-write.ts";
import type { Origin } from "../contacts/write-origin.ts";
import type { Deps } from "../deps.ts";
import { changeLists } from "../lists/list-changes.ts";

/** Contacts that are looked at together, with the ids by which they were meant. */
export type SubjectPage = { subjects: readonly BulkSubject[]; contacts: readonly Contact[] };

/** A contact that a bulk change could not be made to. `row`: its place among the page's subjects, from 0. */
export type BulkFailure = { row: number; id: string; email: string | null; problem: RowProblem };

/** What a bulk change comes to for some contacts, decided but not yet written. */
export type BulkDecision = Decision & { deleted: Contact[]; failures: BulkFailure[] };

/** Plays the rules through on a working copy. */
export function decideBulkChange({ subjects, contacts }: SubjectPage, change: BulkChange): BulkDecision {
  const book = new ContactBook(contacts);
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const effects = noEffects();
  const report = emptyReport();
  const deleted: Contact[] = [];
  const failures: BulkFailure[] = [];
  const outcomes = subjects.map((subject, row) => {
    const contact = subject.contactId === null ? undefined : byId.get(subject.contactId);
    const outcome = applyBulkChange(subject, contact, change, book, effects);
    countOutcome(report, outcome);
    if (outcome.kind === "deleted") deleted.push(contact!);
    if (outcome.kind === "failed") {
      failures.push({ row, id: subject.given, email: contact?.email ?? null, problem: outcome.problem });
    }
    return outcome;
  });
  return { outcomes, report, ...book.changes(), effects, deleted, failures, listVersion: null, listId: null };
}

/**
 * Writes what was decided, inside the caller's transaction. Who was only put on a list or taken off one counts as changed.
 * @returns the report
 * @throws Raced when a contact was changed or deleted since it was read; Refused not_found (a list)
 */
export async function writeBulkDecision(
  deps: Deps,
  tx: Tx,
  scope: TenantScope,
  decision: BulkDecision,
  change: BulkChange,
  origin: Origin,
): Promise<Report> {
  await writeDecision(deps, tx, scope, decision, bulkChangePolicy(change), origin);
  const report = await writeListChanges(tx, scope, decision, change, origin);
  if (decision.deleted.length === 0) return report;
  const ids = decision.deleted.map(({ id }) => id);
  const gone = await removeContacts(deps, tx, scope.tenantId, ids, origin.source.id);
  const versions = new Map(gone.map(({ id, version }) => [id, version]));
  // Somebody who changed meanwhile may be none of those any more who were to be deleted.
  if (decision.deleted.some(({ id, version }) => versions.get(id) !== version)) throw new Raced();
  return report;
}

async function writeListChanges(
  tx: Tx,
  { tenantId }: TenantScope,
  { outcomes, report }: BulkDecision,
  change: BulkChange,
  { jobId }: Origin,
): Promise<Report> {
  const hit = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [] : outcome.contactId));
  const present = [...new Set(hit)];
  const moved = await changeLists(tx, tenantId, { ...listsOfChange(change), created: [], present, jobId });
  if (moved.size === 0) return report;
  const told = emptyReport();
  for (const outcome of outcomes) {
    // A repeat finds the contact where the first one has put it.
    const isFirst = outcome.kind !== "failed" && moved.delete(outcome.contactId);
    countOutcome(told, isFirst ? withListChange(outcome) : outcome);
  }
  return told;
}

/** The ids of a list that can be contacts', each once. */
export function listedContactIds(subjects: readonly BulkSubject[]): string[] {
  return [...new Set(subjects.flatMap(({ contactId }) => contactId ?? []))];
}
