import { fillEmpty, rowWithDefaults } from "../imports/import-default.ts";
import type { RowOutcome } from "../imports/import-report.ts";
import { type RowProblem, rowProblem } from "../imports/row-problem.ts";
import type { Contact, ContactInput } from "./contact.ts";
import type { ContactBook } from "./contact-book.ts";
import { mergeProfile, newProfile } from "./merge.ts";
import { profileProblem } from "./profile-limit.ts";
import { firstStatus, isStricter, nextStatus, type Status, type StatusReason, strictest } from "./status.ts";
import type { WritePolicy } from "./write-policy.ts";

/** Everything that the rules need beside the rows: no clock, no randomness and no lookup happens in here. */
export type UpsertContext = {
  policy: WritePolicy;
  book: ContactBook;
  /** Makes the id of a new contact. */
  newId: () => string;
  /** The statuses that addresses left behind; a working copy, which `applyUpsert` keeps up to date. */
  suppressions: Map<string, Status>;
  /** The job that writes, if one does. */
  jobId: string | null;
  /** How a contact created here came about, unless the row says it itself. */
  source: string | null;
};

/** A change of status that the history keeps. */
export type StatusChange = { contactId: string; from: Status; to: Status; reason: StatusReason };

/** What the rows leave behind beside the contacts themselves. */
export type UpsertEffects = {
  statusChanges: StatusChange[];
  /**
   * Suppressions to set (a contact that may not be mailed moved away from the address) or, as null, to lift (somebody
   * with the right to do so made the address mailable again). The last word per address counts.
   */
  suppressions: Map<string, Status | null>;
};

export function noEffects(): UpsertEffects {
  return { statusChanges: [], suppressions: new Map() };
}

/**
 * Applies one write to the book and says what became of it. Rows are applied in order, so that the outcome of many
 * equals sending them one by one; a failed row changes nothing.
 */
export function applyUpsert(input: ContactInput, context: UpsertContext, effects: UpsertEffects): RowOutcome {
  const target = findTarget(input, context.book);
  if ("problem" in target) return { kind: "failed", problem: target.problem };
  return target.contact === null
    ? create(input, target.email, context, effects)
    : update(input, target.contact, context, effects);
}

/**
 * Applies one write to a contact that is already known by its id: here the email and the externalId are fields like any
 * other, and may not be another contact's.
 */
export function applyChange(
  contact: Contact,
  input: ContactInput,
  context: UpsertContext,
  effects: UpsertEffects,
): RowOutcome {
  const { email, externalId } = input;
  const emailHolder = email === undefined ? undefined : context.book.byEmail(email);
  if (emailHolder !== undefined && emailHolder.id !== contact.id) {
    return { kind: "failed", problem: emailTaken(email, emailHolder.id) };
  }
  const idHolder =
    externalId === undefined || externalId === null ? undefined : context.book.byExternalId(externalId);
  if (idHolder !== undefined && idHolder.id !== contact.id) {
    const message = `The externalId belongs to another contact, ${idHolder.id}.`;
    const problem = rowProblem("external_id_taken", "externalId", externalId, message);
    return { kind: "failed", problem: { ...problem, contactId: idHolder.id } };
  }
  return update(input, contact, context, effects);
}

type Target = { contact: Contact } | { contact: null; email: string } | { problem: RowProblem };

/** Whom a row means: by externalId when it is given, else by email. */
function findTarget(input: ContactInput, book: ContactBook): Target {
  const { email, externalId } = input;
  if (externalId === undefined || externalId === null) {
    if (email === undefined) {
      return {
        problem: rowProblem("email_missing", "email", null, "The email is missing. Give each row an email."),
      };
    }
    const contact = book.byEmail(email);
    return contact === undefined ? { contact: null, email } : { contact };
  }
  const known = book.byExternalId(externalId);
  const holder = email === undefined ? undefined : book.byEmail(email);
  if (known !== undefined) {
    return holder === undefined || holder.id === known.id
      ? { contact: known }
      : { problem: emailTaken(email, holder.id) };
  }
  if (email === undefined) {
    const message = `No contact has the externalId ${externalId}, and a new one needs an email.`;
    return { problem: rowProblem("email_missing", "email", null, message) };
  }
  if (holder === undefined) return { contact: null, email };
  if (holder.externalId === null) return { contact: holder };
  const message = `The email belongs to contact ${holder.id}, which has another externalId. Mend one of the two.`;
  return {
    problem: { ...rowProblem("external_id_taken", "externalId", externalId, message), contactId: holder.id },
  };
}

function emailTaken(email: string | undefined, holderId: string): RowProblem {
  const message = `The email belongs to another contact, ${holderId}. Nothing was merged: mend one of the two.`;
  return { ...rowProblem("email_taken", "email", email, message), contactId: holderId };
}

function create(
  row: ContactInput,
  email: string,
  context: UpsertContext,
  effects: UpsertEffects,
): RowOutcome {
  const { policy } = context;
  const input = policy.defaults === null ? row : rowWithDefaults(row, policy.defaults);
  const suppressed = context.suppressions.get(email) ?? null;
  const decision = firstStatus(input.status, policy, suppressed, (input.consent ?? null) !== null);
  if (!decision.ok) return { kind: "failed", problem: cannotReactivate(decision.current) };

  const created: Contact = {
    id: "",
    email,
    ...newProfile(input, context.source),
    status: decision.status,
    version: 1,
    createdJob: context.jobId,
  };
  const problem = profileProblem(created, input);
  if (problem !== null) return { kind: "failed", problem };
  created.id = context.newId();
  context.book.add(created);
  if (suppressed !== null && isStricter(suppressed, created.status))
    setSuppression(email, null, context, effects);
  return { kind: "created", contactId: created.id, kept: decision.kept };
}

function update(
  input: ContactInput,
  contact: Contact,
  context: UpsertContext,
  effects: UpsertEffects,
): RowOutcome {
  const { policy, book } = context;
  if (policy.onExisting === "skip") return { kind: "skipped", contactId: contact.id, kept: null };

  const given = mergeProfile(contact, input, policy);
  const merged = policy.defaults === null ? given : fillEmpty(given, input, policy.defaults, contact);
  const moved = merged.email !== contact.email;
  const inherited = moved ? (context.suppressions.get(merged.email) ?? null) : null;
  const current = inherited === null ? contact.status : strictest(contact.status, inherited);
  const decision = nextStatus(current, input.status, policy);
  if (!decision.ok) return { kind: "failed", problem: cannotReactivate(decision.current) };

  const changed = merged !== contact || decision.status !== contact.status;
  let after = contact;
  if (changed) {
    after = { ...merged, status: decision.status, version: contact.version + 1 };
    const problem = profileProblem(after, contact);
    if (problem !== null) return { kind: "failed", problem };
    book.replace(contact, after);
    if (after.status !== contact.status) {
      const reason = inherited !== null && after.status === inherited ? "suppressed" : decision.reason;
      effects.statusChanges.push({ contactId: contact.id, from: contact.status, to: after.status, reason });
    }
    if (moved && contact.status !== "active") setSuppression(contact.email, contact.status, context, effects);
    if (isStricter(current, after.status)) setSuppression(after.email, null, context, effects);
  }

  const repeat = book.hit(after);
  const kept = decision.kept;
  if (repeat) return { kind: "duplicate", changed, contactId: contact.id, kept };
  return { kind: changed ? "updated" : "unchanged", contactId: contact.id, kept };
}

function setSuppression(
  email: string,
  status: Status | null,
  context: UpsertContext,
  effects: UpsertEffects,
): void {
  if (status === null) context.suppressions.delete(email);
  else context.suppressions.set(email, status);
  effects.suppressions.set(email, status);
}

function cannotReactivate(current: Status): RowProblem {
  const message = `The contact's status is ${current}. A boolean cannot undo that: set the status by name.`;
  return rowProblem("cannot_reactivate", "status", current, message);
}
