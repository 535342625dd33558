import type { Contact } from "@roster/domain/contacts/contact.ts";
import { CoverageDeltas } from "@roster/domain/contacts/coverage.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { addToCounts, type CountDeltas } from "@roster/store/contacts/contact-counts.ts";
import type { ContactChange } from "@roster/store/contacts/contact-write.ts";
import type { Tx } from "@roster/store/open.ts";

/** What a transaction did to contacts. */
export type WrittenContacts = {
  created?: readonly Contact[];
  updated?: readonly ContactChange[];
  deleted?: readonly Contact[];
};

/**
 * Keeps all totals of contacts true to what a transaction wrote: by status, and by field, attribute and locale. Whoever writes
 * contacts calls it, late in the transaction.
 */
export async function countWritten(tx: Tx, tenantId: string, written: WrittenContacts): Promise<void> {
  const { created = [], updated = [], deleted = [] } = written;
  const coverage = new CoverageDeltas();
  const statuses: CountDeltas = {};
  const add = (status: Status, n: number) => {
    statuses[status] = (statuses[status] ?? 0) + n;
  };
  for (const contact of created) {
    add(contact.status, 1);
    coverage.created(contact);
  }
  for (const contact of deleted) {
    add(contact.status, -1);
    coverage.deleted(contact);
  }
  for (const { before, after } of updated) {
    coverage.changed(before, after);
    if (before.status === after.status) continue;
    add(before.status, -1);
    add(after.status, 1);
  }
  await addToCounts(tx, tenantId, statuses, coverage.counts());
}
