import type { Contact } from "./contact.ts";
import type { ContactBook } from "./contact-book.ts";
import { type RowProblem, rowProblem } from "./row-problem.ts";
import { isStricter, strictest } from "./status.ts";
import type { StatusChange } from "./upsert.ts";

/** One contact that a job touched, as its undo finds it. */
export type UndoSubject = {
  contact: Contact;
  /** What it was; null for a contact that the job created. */
  before: Contact | null;
  /** The version that the job left: another one means that somebody changed the contact since. */
  versionAfter: number;
};

export type UndoOutcome =
  | { kind: "delete" }
  | { kind: "revert"; after: Contact; statusChange: StatusChange | null }
  /** Somebody changed it since: it stays as it is. */
  | { kind: "keep"; problem: RowProblem }
  /** Its former email or externalId has another owner just now, who may give it back before the undo is over. */
  | { kind: "blocked"; problem: RowProblem };

/**
 * What the undo of a job does with one contact. It never loosens a status: somebody who left after the job, or through
 * it, is not mailed again.
 * @param book the contacts that hold the emails and externalIds to go back to; updated when the contact reverts
 */
export function undoOne({ contact, before, versionAfter }: UndoSubject, book: ContactBook): UndoOutcome {
  if (contact.version !== versionAfter) {
    const message = "Somebody changed this contact after the job. It stays as it is.";
    return {
      kind: "keep",
      problem: { ...rowProblem("changed_since", null, null, message), contactId: contact.id },
    };
  }
  if (before === null) return { kind: "delete" };

  const emailHolder = book.byEmail(before.email);
  if (emailHolder !== undefined && emailHolder.id !== contact.id) {
    const message = `Its former email now belongs to another contact, ${emailHolder.id}.`;
    return {
      kind: "blocked",
      problem: { ...rowProblem("email_taken", "email", before.email, message), contactId: emailHolder.id },
    };
  }
  const idHolder = before.externalId === null ? undefined : book.byExternalId(before.externalId);
  if (idHolder !== undefined && idHolder.id !== contact.id) {
    const message = `Its former externalId now belongs to another contact, ${idHolder.id}.`;
    const problem = rowProblem("external_id_taken", "externalId", before.externalId, message);
    return { kind: "blocked", problem: { ...problem, contactId: idHolder.id } };
  }
  const status = strictest(before.status, contact.status);
  const after: Contact = { ...before, status, version: contact.version + 1 };
  book.put(after);
  const statusChange: StatusChange | null = isStricter(status, contact.status)
    ? { contactId: contact.id, from: contact.status, to: status, reason: "undone" }
    : null;
  return { kind: "revert", after, statusChange };
}
