import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Contact, StoredContact } from "@roster/domain/contacts/contact.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { type MergeRest, statusOnReturn, unmergeContact } from "@roster/domain/duplicates/contact-unmerge.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { planHasRoom } from "@roster/store/accounts/plan-room.ts";
import { contactById, storedContactsByIds } from "@roster/store/contacts/contact-read.ts";
import { Raced, updateContacts } from "@roster/store/contacts/contact-write.ts";
import { keptImage, mergedImages } from "@roster/store/duplicates/merge-images.ts";
import { lockWhole } from "@roster/store/duplicates/merge-moves.ts";
import {
  insertReturned,
  returnHistory,
  returnLists,
  statusMovedSince,
  type Undone,
} from "@roster/store/duplicates/merge-returns.ts";
import {
  markMergeUndone,
  mergeById,
  mergeInTheWay,
  type StoredMerge,
} from "@roster/store/duplicates/merges.ts";
import { insertStatusChanges } from "@roster/store/history/contact-history.ts";
import { holdersOf } from "@roster/store/jobs/undo.ts";
import type { Tx } from "@roster/store/open.ts";
import {
  liftMerged,
  requireListVersion,
  suppressedStatuses,
  suppressionList,
} from "@roster/store/suppressions/suppressions.ts";
import { requireScope } from "../accounts/authentication.ts";
import { countWritten } from "../contacts/contact-totals.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";
import { unmergeEngagement } from "./merge-engagement.ts";
import { type MergeView, mergeView } from "./merges.ts";

const notKept = "what the contacts were is not kept any more";

/** What an undo came to. */
export type MergeUndone = {
  merge: MergeView;
  /** The one that had been kept, as it is now. */
  contact: StoredContact;
  /** Who is there again, in the order in which they were merged. */
  returned: StoredContact[];
  /** What of the merge stays, and why. */
  rest: MergeRest[];
};

/**
 * Takes a merge back: the contacts come back as they were, with their ids, history and places on lists, and the kept one loses what it
 * had from them, but for what somebody changed since. Events that came after the merge stay with the kept one. No status gets looser.
 * @throws Refused missing_scope, not_found, merge_not_undoable, email_taken, external_id_taken, plan_limit_exceeded, busy
 */
export async function undoMerge(deps: Deps, scope: TenantScope, id: string): Promise<MergeUndone> {
  requireScope(scope, "contacts:write");
  if (!isUuid(id)) throw notFound();
  return retrying(() => deps.sql.begin((tx) => makeSeveral(deps, tx, scope, id)));
}

async function makeSeveral(deps: Deps, tx: Tx, scope: TenantScope, id: string): Promise<MergeUndone> {
  const { tenantId, keyId } = scope;
  // In front of all locks of contacts: from here on no address of theirs is suppressed, nor was since it is looked up.
  const { version } = await suppressionList(tx, tenantId);
  await requireListVersion(tx, tenantId, version);
  const { now, undone } = await lockedMerge(tx, scope, id);
  const image = await keptImage(tx, tenantId, id);
  if (image === null) throw notUndoable(notKept);
  const others = await mergedImages(tx, tenantId, id);
  const { contact, rest } = unmergeContact(now, image.before, image.after);
  await requireFreeKeys(tx, tenantId, contact, others);

  const movedSince = (await statusMovedSince(tx, undone)) ? now.status : null;
  const hashes = hashesOf(
    deps,
    others.filter(({ status }) => status === "active"),
  );
  await liftMerged(tx, tenantId, id, hashes);
  const statuses = await statusesOnReturn(deps, tx, tenantId, others, movedSince);
  const updated = contact === now ? [] : [{ before: now, after: contact }];
  // Gives up an externalId that one of the others had.
  await updateContacts(tx, tenantId, updated);
  const created = await insertReturned(tx, undone, statuses);
  await returnHistory(tx, undone);
  await unmergeEngagement(deps, tx, undone);
  const changes = others.flatMap(({ id: contactId, status: from }) => {
    const to = statuses.get(contactId)!;
    return to === from ? [] : { id: deps.newId(), contactId, from, to, reason: "undone" as const };
  });
  await insertStatusChanges(tx, tenantId, changes, { kind: "key", id: keyId }, null);
  for (const name of await returnLists(tx, undone)) {
    const message = `Somebody took the merged contact off the list ${name} since. Nobody is put back on it.`;
    rest.push({ field: "lists", code: "left_list", message });
  }
  await countWritten(tx, tenantId, { created, updated });
  await markMergeUndone(tx, tenantId, id, keyId);
  const back = new Map(
    (await storedContactsByIds(tx, tenantId, [...statuses.keys()])).map((each) => [each.id, each]),
  );
  return {
    merge: mergeView((await mergeById(tx, tenantId, id))!),
    contact: (await contactById(tx, tenantId, undone.keptId))!,
    returned: others.map((other) => back.get(other.id)!),
    rest,
  };
}

/** The merge with its contact, locked. */
async function lockedMerge(
  tx: Tx,
  { tenantId, accountId, contactLimit }: TenantScope,
  id: string,
): Promise<{ now: Contact; undone: Undone }> {
  const merge = await mergeById(tx, tenantId, id);
  requireKept(merge);
  if (contactLimit !== null && !(await planHasRoom(tx, accountId, contactLimit, merge.merged.length, null))) {
    throw new Refused({ code: "plan_limit_exceeded", limit: contactLimit });
  }
  const [now] = await lockWhole(tx, tenantId, [merge.contactId]);
  const locked = await mergeById(tx, tenantId, id);
  requireKept(locked);
  if (now === undefined || locked.contactId !== merge.contactId) throw new Raced();
  const later = await mergeInTheWay(tx, tenantId, id);
  if (later !== null) throw notUndoable(`the later merge ${later} has to be undone first`);
  if (locked.contactId !== locked.keptId)
    throw notUndoable("the contact that was kept is not there any more");
  return { now, undone: { tenantId, mergeId: id, keptId: merge.keptId } };
}

function requireKept(merge: StoredMerge | null): asserts merge is StoredMerge {
  if (merge === null) throw notFound();
  if (merge.undoneAt !== null) throw notUndoable("it was undone already");
  if (!merge.imaged) throw notUndoable(notKept);
}

/** @param kept as it will be */
async function requireFreeKeys(
  tx: Tx,
  tenantId: string,
  kept: Contact,
  others: readonly Contact[],
): Promise<void> {
  const emails = others.map(({ email }) => email);
  const externalIds = others.flatMap(({ externalId }) => externalId ?? []);
  const holders = await holdersOf(tx, tenantId, emails, externalIds);
  const now = holders.map((holder) => (holder.id === kept.id ? kept : holder));
  for (const { email, externalId } of others) {
    const byEmail = now.find((holder) => holder.email === email);
    if (byEmail !== undefined) throw new Refused({ code: "email_taken", email, contactId: byEmail.id });
    const byId = externalId === null ? undefined : now.find((holder) => holder.externalId === externalId);
    if (externalId !== null && byId !== undefined) {
      throw new Refused({ code: "external_id_taken", externalId, contactId: byId.id });
    }
  }
}

function hashesOf(deps: Deps, contacts: readonly Contact[]): Buffer[] {
  return contacts.map(({ email }) => suppressionHash(deps.suppressionKey, email));
}

async function statusesOnReturn(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  others: readonly Contact[],
  movedSince: Status | null,
): Promise<Map<string, Status>> {
  const hashes = hashesOf(deps, others);
  const suppressed = await suppressedStatuses(tx, tenantId, hashes);
  return new Map(
    others.map(({ id, status }, i) => {
      return [id, statusOnReturn(status, suppressed.get(hashes[i]!.toString("hex")) ?? null, movedSince)];
    }),
  );
}

function notFound(): Refused {
  return new Refused({ code: "not_found", what: "merge" });
}

function notUndoable(why: string): Refused {
  return new Refused({ code: "merge_not_undoable", why });
}
