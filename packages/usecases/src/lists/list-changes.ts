import { Refused } from "@roster/domain/refusal.ts";
import { addToListCounts, listCreated, listPresent, takeOffList } from "@roster/store/lists/list-members.ts";
import { holdLists } from "@roster/store/lists/lists.ts";
import type { Tx } from "@roster/store/open.ts";

/** Whom a write puts on lists, and whom it takes off. */
export type ListChange = {
  add: readonly string[];
  remove: readonly string[];
  /** Contacts that the transaction itself has created; they only come on. */
  created: readonly string[];
  /** Others, each once. */
  present: readonly string[];
  /** The job that writes, if one does: its undo takes back what it did. */
  jobId: string | null;
};

/**
 * Changes who is on lists, inside the caller's transaction; late in it, because the lists' totals stay locked until its end.
 * @returns those of `present` for whom something changed
 * @throws Refused not_found (a list)
 */
export async function changeLists(tx: Tx, tenantId: string, change: ListChange): Promise<Set<string>> {
  const { add, remove, created, present, jobId } = change;
  const moved = new Set<string>();
  if (add.length + remove.length === 0 || created.length + present.length === 0) return moved;
  await requireLists(tx, tenantId, [...add, ...remove]);
  const deltas = new Map<string, number>();
  for (const listId of add.toSorted()) {
    await listCreated(tx, tenantId, listId, created, jobId);
    const added = await listPresent(tx, tenantId, listId, present, jobId);
    for (const id of added) moved.add(id);
    deltas.set(listId, created.length + added.length);
  }
  for (const listId of remove.toSorted()) {
    const removed = await takeOffList(tx, tenantId, listId, present, jobId);
    for (const id of removed) moved.add(id);
    deltas.set(listId, -removed.length);
  }
  await addToListCounts(tx, tenantId, deltas);
  return moved;
}

/** Sees to it that the lists stay until the transaction ends. @throws Refused not_found where one is gone */
export async function requireLists(tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const held = await holdLists(tx, tenantId, ids);
  if (held.length < new Set(ids).size) throw new Refused({ code: "not_found", what: "list" });
}
