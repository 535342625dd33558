import type { Contact } from "@roster/domain/contacts/contact.ts";
import { ContactBook } from "@roster/domain/contacts/contact-book.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { countOutcome, emptyReport, type Report } from "@roster/domain/imports/import-report.ts";
import {
  applySuppression,
  noSuppressionEffects,
  type SuppressionEffects,
} from "@roster/domain/suppressions/suppression.ts";
import type { SuppressionInput } from "@roster/domain/suppressions/suppression-row.ts";
import { lockContactsByEmail } from "@roster/store/contacts/contact-lock.ts";
import { reachableContacts } from "@roster/store/contacts/contact-read.ts";
import { type ContactChange, Raced, updateContacts } from "@roster/store/contacts/contact-write.ts";
import { type ChangeSource, insertStatusChanges } from "@roster/store/history/contact-history.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import { overlaidStatuses } from "@roster/store/suppressions/suppression-overlay.ts";
import {
  holdList,
  setSuppressions,
  suppressedStatuses,
  takeOverMerged,
} from "@roster/store/suppressions/suppressions.ts";
import { countWritten } from "../contacts/contact-totals.ts";
import type { Deps } from "../deps.ts";
import { suppressionHash } from "./suppression-key.ts";

/** Normalised addresses, each with its hash. */
export type HashedAddresses = ReadonlyMap<string, Buffer>;

export function hashedAddresses(deps: Deps, emails: Iterable<string>): Map<string, Buffer> {
  const hashes = new Map<string, Buffer>();
  for (const email of emails) {
    if (!hashes.has(email)) hashes.set(email, suppressionHash(deps.suppressionKey, email));
  }
  return hashes;
}

/** What addresses to suppress come to, decided but not yet written. */
export type SuppressionDecision = {
  report: Report;
  stored: readonly Contact[];
  updated: ContactChange[];
  effects: SuppressionEffects;
  /** Addresses that no earlier part of the same request or file named. */
  named: ReadonlySet<string>;
};

/**
 * Reads what is known of the addresses, and plays the rules through in order.
 * @param hashes those of all the inputs' addresses
 * @param part.seen whether an earlier part of the same file named an address
 * @param part.overlayOf the dry run whose own changes count as made
 */
export async function decideSuppressions(
  sql: Db,
  tenantId: string,
  inputs: readonly SuppressionInput[],
  hashes: HashedAddresses,
  part: { seen?: (email: string) => boolean; overlayOf?: string } = {},
): Promise<SuppressionDecision> {
  const { seen = () => false, overlayOf } = part;
  const all = [...hashes.values()];
  const entries = byEmail(hashes, await suppressedStatuses(sql, tenantId, all));
  const keys = { emails: hashes.keys(), externalIds: [] };
  let stored: Contact[] = await reachableContacts(sql, tenantId, keys, null);
  if (overlayOf !== undefined) {
    const overlaid = byEmail(hashes, await overlaidStatuses(sql, tenantId, overlayOf, all));
    for (const [email, status] of overlaid) entries.set(email, status);
    // Both have the status that the overlay tells: the entry, and the contact with it.
    stored = stored.map((contact) => ({
      ...contact,
      status: overlaid.get(contact.email) ?? contact.status,
    }));
  }
  const named = new Set<string>();
  const book = new ContactBook(stored);
  const context = {
    book,
    entries,
    seen: {
      has: (email: string) => named.has(email) || seen(email),
      add: (email: string) => void named.add(email),
    },
  };
  const effects = noSuppressionEffects();
  const report = emptyReport();
  for (const input of inputs) countOutcome(report, applySuppression(input, context, effects));
  return { report, stored, updated: book.changes().updated, effects, named };
}

/** @param statuses by the hash in hex */
function byEmail(hashes: HashedAddresses, statuses: ReadonlyMap<string, Status>): Map<string, Status> {
  const found = new Map<string, Status>();
  if (statuses.size === 0) return found;
  for (const [email, hash] of hashes) {
    const status = statuses.get(hash.toString("hex"));
    if (status !== undefined) found.set(email, status);
  }
  return found;
}

/**
 * Writes what was decided, inside the caller's transaction.
 * @throws Raced when one of the contacts came, went or was changed since
 */
export async function writeSuppressionDecision(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  decision: SuppressionDecision,
  hashes: HashedAddresses,
  { source, reason }: { source: ChangeSource; reason: string },
): Promise<void> {
  const { effects, updated, stored } = decision;
  await takeOverMerged(tx, tenantId, [...hashes.values()], { reason, source: source.id });
  if (effects.entries.size === 0 && updated.length === 0) return;
  await holdList(tx, tenantId);
  // Whoever created one of the contacts, or changed it, did so before: from here on nobody does.
  const now = await lockContactsByEmail(tx, tenantId, [...hashes.keys()]);
  const decidedOn = new Map(stored.map(({ id, version }) => [id, version]));
  const same = now.length === stored.length && now.every(({ id, version }) => decidedOn.get(id) === version);
  if (!same) throw new Raced();

  await updateContacts(tx, tenantId, updated);
  await insertStatusChanges(
    tx,
    tenantId,
    effects.statusChanges.map((change) => ({ ...change, id: deps.newId() })),
    source,
    null,
  );
  await setSuppressions(
    tx,
    tenantId,
    [...effects.entries].map(([email, status]) => ({
      id: deps.newId(),
      hash: hashes.get(email)!,
      keyVersion: deps.suppressionKey.version,
      status,
      reason,
      source: source.id,
    })),
  );
  await countWritten(tx, tenantId, { updated });
}
