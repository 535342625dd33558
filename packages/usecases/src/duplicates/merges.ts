import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Contact, StoredContact } from "@roster/domain/contacts/contact.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { readContactId } from "@roster/domain/contacts/house-id.ts";
import { contactOfMerge, mergeLimit } from "@roster/domain/duplicates/contact-merge.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { type FieldIssue, Refused } from "@roster/domain/refusal.ts";
import { contactById, storedContactsByIds } from "@roster/store/contacts/contact-read.ts";
import { updateContacts } from "@roster/store/contacts/contact-write.ts";
import { keepImages, keepOutcome } from "@roster/store/duplicates/merge-images.ts";
import { lockWhole, moveHistory, shareLists } from "@roster/store/duplicates/merge-moves.ts";
import {
  insertMerge,
  mergeById,
  mergePage,
  passOnMerges,
  type StoredMerge,
} from "@roster/store/duplicates/merges.ts";
import { insertStatusChanges } from "@roster/store/history/contact-history.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import { removeContacts } from "../contacts/contact-removal.ts";
import { countWritten } from "../contacts/contact-totals.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { mergeEngagement } from "./merge-engagement.ts";

/** Who is one person: the contact that stays, and those that it takes up, in the order in which their values count. Any form of their ids. */
export type MergeWish = { keep: string; merge: readonly string[] };

/** A merge as it is told. */
export type MergeView = {
  id: string;
  keptId: string;
  /** Who was merged, in order; the address is known for as long as the merge can be undone. */
  merged: { id: string; email: string | null }[];
  createdAt: Date;
  undoneAt: Date | null;
  /** Whether what its undo needs is still kept. */
  undoable: boolean;
};

export function mergeView(merge: StoredMerge): MergeView {
  const { id, keptId, merged, createdAt, undoneAt, imaged } = merge;
  return { id, keptId, merged, createdAt, undoneAt, undoable: undoneAt === null && imaged };
}

/**
 * Makes several contacts one: `keep` takes up what it lacks of the others (`contactOfMerge`), their events, campaigns, history and
 * places on lists; they are deleted. The addresses of those who could not be mailed leave suppression entries.
 * @throws Refused missing_scope, invalid (contacts that are not there, or twice, or too many), cannot_merge, busy
 */
export async function mergeContacts(
  deps: Deps,
  scope: TenantScope,
  wish: MergeWish,
): Promise<{ merge: MergeView; contact: StoredContact }> {
  requireScope(scope, "contacts:write");
  const ids = subjectIds(wish);
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const mergeId = deps.newId();
      await makeOne(deps, tx, scope, mergeId, ids);
      const merge = await mergeById(tx, scope.tenantId, mergeId);
      const contact = await contactById(tx, scope.tenantId, ids[0]!);
      return { merge: mergeView(merge!), contact: contact! };
    }),
  );
}

/**
 * What the kept contact would be: nothing is written.
 * @throws Refused missing_scope, invalid, cannot_merge
 */
export async function previewMerge(
  deps: Deps,
  scope: TenantScope,
  wish: MergeWish,
): Promise<{ contact: StoredContact }> {
  requireScope(scope, "contacts:read");
  const ids = subjectIds(wish);
  const [kept, ...others] = inOrder(ids, await storedContactsByIds(deps.sql, scope.tenantId, ids));
  const { contact } = outcomeOf(kept!, others);
  return { contact: { ...kept!, ...contact } };
}

/** @throws Refused missing_scope, not_found */
export async function getMerge(deps: Deps, scope: TenantScope, id: string): Promise<MergeView> {
  requireScope(scope, "contacts:read");
  const merge = isUuid(id) ? await mergeById(deps.sql, scope.tenantId, id) : null;
  if (merge === null) throw new Refused({ code: "not_found", what: "merge" });
  return mergeView(merge);
}

const MergeCursor = z.tuple([z.uuid()]);

/** A page of merges, newest first. @throws Refused missing_scope, invalid (the cursor) */
export async function listMerges(
  deps: Deps,
  scope: TenantScope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ merges: MergeView[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = cursor === undefined ? null : decodeCursor(cursor, MergeCursor)[0];
  const found = await mergePage(deps.sql, scope.tenantId, { limit, beforeId });
  const merges = found.slice(0, limit).map(mergeView);
  const hasMore = found.length > limit;
  return { merges, hasMore, cursor: hasMore ? encodeCursor([merges.at(-1)!.id]) : null };
}

/** The ids of the kept one and of the others, in order. */
function subjectIds({ keep, merge }: MergeWish): string[] {
  const issues: FieldIssue[] = [];
  if (merge.length > mergeLimit) {
    const message = `At most ${mergeLimit} contacts are taken up at once. Merge the others afterwards.`;
    throw new Refused({ code: "invalid", issues: [{ field: "merge", code: "too_big", message }] });
  }
  const seen = new Set<string>();
  const ids = [keep, ...merge].map((text, i) => {
    const id = readContactId(text);
    if (id === null) issues.push(unknown(i));
    else if (seen.has(id)) {
      const message = "This contact is named twice. Name each once.";
      issues.push({ field: fieldOf(i), code: "contact_repeated", message });
    } else seen.add(id);
    return id ?? "";
  });
  if (merge.length === 0) {
    const message = "Name at least one contact to merge into the one that is kept.";
    issues.push({ field: "merge", code: "too_small", message });
  }
  if (issues.length > 0) throw new Refused({ code: "invalid", issues });
  return ids;
}

const fieldOf = (i: number) => (i === 0 ? "keep" : `merge.${i - 1}`);

function unknown(i: number): FieldIssue {
  return { field: fieldOf(i), code: "contact_unknown", message: "There is no contact with this id." };
}

/** @throws Refused invalid where one is not there */
function inOrder<T extends Contact>(ids: readonly string[], contacts: readonly T[]): T[] {
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const issues = ids.flatMap((id, i) => (byId.has(id) ? [] : unknown(i)));
  if (issues.length > 0) throw new Refused({ code: "invalid", issues });
  return ids.map((id) => byId.get(id)!);
}

function outcomeOf(kept: Contact, others: readonly Contact[]) {
  const outcome = contactOfMerge(kept, others);
  if (!outcome.ok) throw new Refused({ code: "cannot_merge", ...outcome.conflict });
  return outcome;
}

async function makeOne(
  deps: Deps,
  tx: Tx,
  { tenantId, keyId }: TenantScope,
  mergeId: string,
  ids: readonly string[],
): Promise<void> {
  const [kept, ...others] = inOrder(ids, await lockWhole(tx, tenantId, ids));
  const { contact, statusChange } = outcomeOf(kept!, others);
  const keptId = kept!.id;
  const goneIds = others.map(({ id }) => id);
  await insertMerge(tx, tenantId, { id: mergeId, keptId, createdBy: keyId });
  await keepImages(tx, tenantId, mergeId, ids);
  await mergeEngagement(deps, tx, tenantId, [keptId, ...goneIds]);
  await moveHistory(tx, tenantId, goneIds, keptId);
  await passOnMerges(tx, tenantId, goneIds, keptId);
  await shareLists(tx, tenantId, goneIds, keptId);
  // In front of the kept one's change, which may take an externalId of theirs.
  // They are one person: where one of them left, an import of another's address must not mail them again.
  await removeContacts(deps, tx, tenantId, goneIds, mergeId, "merged", contact.status);
  const updated = contact === kept ? [] : [{ before: kept!, after: contact }];
  await updateContacts(tx, tenantId, updated);
  const changes = statusChange === null ? [] : [{ ...statusChange, id: deps.newId() }];
  await insertStatusChanges(tx, tenantId, changes, { kind: "key", id: keyId }, null);
  await keepOutcome(tx, tenantId, mergeId);
  await countWritten(tx, tenantId, { updated });
}
