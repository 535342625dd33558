import type { Contact } from "../contacts/contact.ts";
import { isStricter, strictest } from "../contacts/status.ts";
import type { StatusChange } from "../contacts/upsert.ts";
import { type RowProblem, rowProblem } from "../imports/row-problem.ts";

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
 * What the undo of a job does with contacts that go back together. They may have exchanged emails or externalIds among
 * themselves: only a holder who does not go back as well is in the way. It never loosens a status: somebody who left
 * after the job, or through it, is not mailed again.
 * @param holders who has the emails and externalIds to go back to at this moment
 * @returns an outcome per subject, in order
 */
export function undoTogether(subjects: readonly UndoSubject[], holders: Iterable<Contact>): UndoOutcome[] {
  const byEmail = new Map<string, Contact>();
  const byExternalId = new Map<string, Contact>();
  for (const holder of [...holders, ...subjects.map(({ contact }) => contact)]) {
    byEmail.set(holder.email, holder);
    if (holder.externalId !== null) byExternalId.set(holder.externalId, holder);
  }
  const outcomes = subjects.map(outcomeAlone);
  const reverting = new Set<string>();
  for (const [i, { contact }] of subjects.entries()) {
    if (outcomes[i]!.kind === "revert") reverting.add(contact.id);
  }
  // One who is blocked keeps what it has, and may so block others: until nobody new is.
  for (let settled = false; !settled; ) {
    settled = true;
    for (const [i, { contact, before }] of subjects.entries()) {
      if (before === null || !reverting.has(contact.id)) continue;
      const problem = obstacle(contact, before, byEmail, byExternalId, reverting);
      if (problem === null) continue;
      outcomes[i] = { kind: "blocked", problem };
      reverting.delete(contact.id);
      settled = false;
    }
  }
  return outcomes;
}

function outcomeAlone({ contact, before, versionAfter }: UndoSubject): UndoOutcome {
  if (contact.version !== versionAfter) {
    const message = "Somebody changed this contact after the job. It stays as it is.";
    return {
      kind: "keep",
      problem: { ...rowProblem("changed_since", null, null, message), contactId: contact.id },
    };
  }
  if (before === null) return { kind: "delete" };
  const status = strictest(before.status, contact.status);
  const after: Contact = { ...before, status, version: contact.version + 1 };
  const statusChange: StatusChange | null = isStricter(status, contact.status)
    ? { contactId: contact.id, from: contact.status, to: status, reason: "undone" }
    : null;
  return { kind: "revert", after, statusChange };
}

function obstacle(
  contact: Contact,
  before: Contact,
  byEmail: ReadonlyMap<string, Contact>,
  byExternalId: ReadonlyMap<string, Contact>,
  reverting: ReadonlySet<string>,
): RowProblem | null {
  const inTheWay = (holder: Contact | undefined): holder is Contact =>
    holder !== undefined && holder.id !== contact.id && !reverting.has(holder.id);
  const emailHolder = byEmail.get(before.email);
  if (inTheWay(emailHolder)) {
    const message = `Its former email now belongs to another contact, ${emailHolder.id}.`;
    return { ...rowProblem("email_taken", "email", before.email, message), contactId: emailHolder.id };
  }
  const idHolder = before.externalId === null ? undefined : byExternalId.get(before.externalId);
  if (inTheWay(idHolder)) {
    const message = `Its former externalId now belongs to another contact, ${idHolder.id}.`;
    const problem = rowProblem("external_id_taken", "externalId", before.externalId, message);
    return { ...problem, contactId: idHolder.id };
  }
  return null;
}
