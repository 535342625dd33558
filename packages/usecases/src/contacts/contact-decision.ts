import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Contact, ContactInput } from "@roster/domain/contacts/contact.ts";
import { ContactBook } from "@roster/domain/contacts/contact-book.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import {
  applyChange,
  applyUpsert,
  noEffects,
  type UpsertContext,
  type UpsertEffects,
} from "@roster/domain/contacts/upsert.ts";
import type { WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import {
  countOutcome,
  emptyReport,
  type Report,
  type RowOutcome,
} from "@roster/domain/imports/import-report.ts";
import { type ReachableContact, reachableContacts } from "@roster/store/contacts/contact-read.ts";
import type { ContactChange, RowMarksById } from "@roster/store/contacts/contact-write.ts";
import { suppressedStatuses, suppressionList } from "@roster/store/suppressions/suppressions.ts";
import type { Deps } from "../deps.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";
import type { Origin } from "./write-origin.ts";

/** The emails and externalIds by which writes reach contacts. */
export type WriteKeys = { emails: ReadonlySet<string>; externalIds: ReadonlySet<string> };

/** What a set of writes comes to, decided but not yet written. */
export type Decision = {
  outcomes: RowOutcome[];
  report: Report;
  created: Contact[];
  updated: ContactChange[];
  effects: UpsertEffects;
  /** Ids of contacts that the writes hit for the first time and left as they were. */
  unchanged: string[];
  /** The marks of the rows that made contacts what they are, where rows have marks. */
  marks?: RowMarksById;
  /** The version of the suppression list that was looked at; null where none had to be. */
  listVersion: number | null;
  /** The list that everybody is put on whom a row created or found; null for none. */
  listId: string | null;
};

type OverlaidStatuses = (hashes: readonly Uint8Array[]) => Promise<ReadonlyMap<string, Status>>;

/**
 * Reads what the inputs can reach, without locks, and plays the rules through in order.
 * @param part.keys those of the inputs, where the caller has them already
 * @param part.hitBefore whether an earlier part of the same request or file already hit a contact
 * @param part.stored what the inputs can reach, where the caller reads it elsewhere: a dry run through its overlay
 * @param part.overlaid what a dry run has made of the suppressions until now, by the hash in hex; `active` for none
 */
export async function decideWrites(
  deps: Deps,
  scope: TenantScope,
  inputs: readonly ContactInput[],
  policy: WritePolicy,
  origin: Origin,
  part: {
    keys?: WriteKeys;
    hitBefore?: (id: string) => boolean;
    stored?: readonly ReachableContact[];
    overlaid?: OverlaidStatuses;
  } = {},
): Promise<Decision> {
  if (inputs.length === 0) return nothingDecided(policy);
  const { keys = keysOf(inputs), hitBefore = () => false } = part;
  const stored = part.stored ?? (await reachableContacts(deps.sql, scope.tenantId, keys, origin.jobId));
  const play = await openPlay(deps, scope, stored, keys.emails, policy, origin, hitBefore, part.overlaid);
  const outcomes = inputs.map((input) => applyUpsert(input, play.context, play.effects));
  return play.decision(outcomes);
}

function nothingDecided({ listId }: WritePolicy): Decision {
  const nothing = { outcomes: [], created: [], updated: [], unchanged: [], listVersion: null, listId };
  return { ...nothing, report: emptyReport(), effects: noEffects() };
}

/** As `decideWrites`, for one contact that is already known by its id. */
export async function decideChange(
  deps: Deps,
  scope: TenantScope,
  current: Contact,
  input: ContactInput,
  policy: WritePolicy,
  origin: Origin,
): Promise<Decision> {
  const keys = keysOf([input]);
  const others = await reachableContacts(deps.sql, scope.tenantId, keys, null);
  const stored = [{ ...current, touched: false }, ...others.filter((contact) => contact.id !== current.id)];
  const play = await openPlay(deps, scope, stored, keys.emails, policy, origin, () => false);
  return play.decision([applyChange(stored[0]!, input, play.context, play.effects)]);
}

/** Sets the rules up on a working copy of the stored contacts. */
async function openPlay(
  deps: Deps,
  scope: TenantScope,
  stored: readonly ReachableContact[],
  emails: ReadonlySet<string>,
  policy: WritePolicy,
  origin: Origin,
  hitBefore: (id: string) => boolean,
  overlaid?: OverlaidStatuses,
) {
  const hit = (contact: Contact) => (contact as ReachableContact).touched || hitBefore(contact.id);
  const book = new ContactBook(stored, hit);
  const { suppressions, listVersion } = await suppressionsOf(deps, scope, emails, book, overlaid);
  const context: UpsertContext = {
    policy,
    book,
    newId: deps.newId,
    suppressions,
    jobId: origin.jobId,
    source: origin.createdFrom,
  };
  const effects = noEffects();
  const decision = (outcomes: RowOutcome[]): Decision => {
    const report = emptyReport();
    for (const outcome of outcomes) countOutcome(report, outcome);
    return { outcomes, report, ...book.changes(), effects, listVersion, listId: policy.listId };
  };
  return { book, context, effects, decision };
}

export function keysOf(inputs: readonly ContactInput[]): WriteKeys {
  const emails = new Set<string>();
  const externalIds = new Set<string>();
  for (const { email, externalId } of inputs) {
    if (email !== undefined) emails.add(email);
    if (externalId !== undefined && externalId !== null) externalIds.add(externalId);
  }
  return { emails, externalIds };
}

/** What the addresses that no contact has left behind; nothing is looked up while the tenant has no suppressions. */
async function suppressionsOf(
  deps: Deps,
  scope: TenantScope,
  wanted: ReadonlySet<string>,
  book: ContactBook,
  overlaid?: OverlaidStatuses,
): Promise<{ suppressions: Map<string, Status>; listVersion: number | null }> {
  const suppressions = new Map<string, Status>();
  // One address that is a contact's already: nobody gets it who did not have it. Among several, one may leave its own to another.
  if (wanted.size < 2 && [...wanted].every((email) => book.byEmail(email) !== undefined)) {
    return { suppressions, listVersion: null };
  }
  // Before the entries: what is suppressed between the two is found, or noticed by the version.
  const { some, version } = await suppressionList(deps.sql, scope.tenantId);
  const found = { suppressions, listVersion: version };
  if (!some && overlaid === undefined) return found;
  const emails = [...wanted].filter((email) => book.byEmail(email) === undefined);
  if (emails.length === 0) return found;
  const hashes = emails.map((email) => suppressionHash(deps.suppressionKey, email));
  const statuses = some
    ? await suppressedStatuses(deps.sql, scope.tenantId, hashes)
    : new Map<string, Status>();
  for (const [hash, status] of (await overlaid?.(hashes)) ?? []) statuses.set(hash, status);
  for (const [i, email] of emails.entries()) {
    const status = statuses.get(hashes[i]!.toString("hex"));
    if (status !== undefined && status !== "active") suppressions.set(email, status);
  }
  return found;
}
