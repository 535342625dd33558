import type { Contact, ContactInput } from "@roster/domain/contact.ts";
import { ContactBook } from "@roster/domain/contact-book.ts";
import { countOutcome, emptyReport, type Report, type RowOutcome } from "@roster/domain/import-report.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import type { Status } from "@roster/domain/status.ts";
import {
  applyChange,
  applyUpsert,
  noEffects,
  type UpsertContext,
  type UpsertEffects,
} from "@roster/domain/upsert.ts";
import type { WritePolicy } from "@roster/domain/write-policy.ts";
import { type ChangeSource, insertBeforeImages, insertStatusChanges } from "@roster/store/contact-history.ts";
import { type ReachableContact, reachableContacts } from "@roster/store/contact-read.ts";
import {
  type ContactChange,
  insertContacts,
  type RowMarksById,
  type StampsById,
  updateContacts,
} from "@roster/store/contact-write.ts";
import type { Tx } from "@roster/store/open.ts";
import { planHasRoom } from "@roster/store/plan-room.ts";
import {
  liftSuppressions,
  requireListVersion,
  setSuppressions,
  suppressedStatuses,
  suppressionList,
} from "@roster/store/suppressions.ts";
import { countWritten } from "./contact-totals.ts";
import type { Deps } from "./deps.ts";
import { changeLists } from "./list-changes.ts";
import { suppressionHash } from "./suppression-key.ts";

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

export type Origin = {
  source: ChangeSource;
  /** The job that writes, if one does: contacts it creates carry its id, contacts it changes leave a before-image. */
  jobId: string | null;
  /** How contacts created here came about, unless a row says it itself. */
  createdFrom: string | null;
};

/** How a request changes contacts, and what the history says of it. */
export function requestOrigin(scope: TenantScope): Origin {
  return { source: { kind: "key", id: scope.keyId }, jobId: null, createdFrom: null };
}

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

/**
 * Writes what was decided, inside the caller's transaction.
 * @returns what Postgres gave to contacts of which few were written
 * @throws Raced when a contact was changed since it was read; a unique violation when somebody created it meanwhile; Refused
 *   plan_limit_exceeded, not_found (the list)
 */
export async function writeDecision(
  deps: Deps,
  tx: Tx,
  scope: TenantScope,
  decision: Decision,
  policy: WritePolicy,
  origin: Origin,
): Promise<StampsById> {
  const { created, updated, effects } = decision;
  const { tenantId } = scope;
  if (created.length === 0 && updated.length === 0) {
    await writeList(tx, tenantId, decision, origin);
    return new Map();
  }
  const { listVersion } = decision;
  if (listVersion !== null && takesAddresses(decision)) await requireListVersion(tx, tenantId, listVersion);
  if (scope.contactLimit !== null && created.length > 0) {
    const { accountId, contactLimit } = scope;
    const fits = await planHasRoom(tx, accountId, contactLimit, created.length, origin.jobId);
    if (!fits) throw new Refused({ code: "plan_limit_exceeded", limit: scope.contactLimit });
  }
  const changed = await updateContacts(tx, tenantId, updated, decision.marks);
  const inserted = await insertContacts(tx, tenantId, created, decision.marks);
  if (origin.jobId !== null) {
    // A contact that was created and changed in one go also needs its version kept; one that was only created has 1.
    const rewritten = created
      .filter(({ version }) => version > 1)
      .map((contact) => ({ before: contact, after: contact }));
    await insertBeforeImages(tx, tenantId, origin.jobId, [...updated, ...rewritten]);
  }

  // A contact that this very decision creates has no history yet: its row says how it began.
  const born = new Set(created.map((contact) => contact.id));
  const changes = effects.statusChanges.filter((change) => !born.has(change.contactId));
  await insertStatusChanges(
    tx,
    tenantId,
    changes.map((change) => ({ ...change, id: deps.newId() })),
    origin.source,
    policy.resubscribe?.consent ?? null,
  );
  await writeSuppressions(deps, tx, tenantId, effects);
  await writeList(tx, tenantId, decision, origin);
  await countWritten(tx, tenantId, { created, updated });
  return new Map([...changed, ...inserted]);
}

/** Puts everybody whom a row created or found on the list, if there is one. @throws Refused not_found (the list) */
async function writeList(
  tx: Tx,
  tenantId: string,
  { listId, outcomes, created }: Decision,
  { jobId }: Origin,
): Promise<void> {
  if (listId === null) return;
  const born = new Set(created.map(({ id }) => id));
  const hit = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [] : outcome.contactId));
  const present = new Set(hit).difference(born);
  await changeLists(tx, tenantId, {
    add: [listId],
    remove: [],
    created: [...born],
    present: [...present],
    jobId,
  });
}

/** Whether contacts get addresses that they did not have. */
function takesAddresses({ created, updated }: Decision): boolean {
  return created.length > 0 || updated.some(({ before, after }) => before.email !== after.email);
}

async function writeSuppressions(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  effects: UpsertEffects,
): Promise<void> {
  if (effects.suppressions.size === 0) return;
  const hashed = [...effects.suppressions].map(([email, status]) => ({
    hash: suppressionHash(deps.suppressionKey, email),
    status,
  }));
  await liftSuppressions(
    tx,
    tenantId,
    hashed.filter((entry) => entry.status === null).map((entry) => entry.hash),
  );
  await setSuppressions(
    tx,
    tenantId,
    hashed.flatMap(({ hash, status }) =>
      status === null
        ? []
        : [
            {
              id: deps.newId(),
              hash,
              status,
              keyVersion: deps.suppressionKey.version,
              reason: "address_changed",
              source: null,
            },
          ],
    ),
  );
}
