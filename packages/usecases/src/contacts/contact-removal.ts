import type { Contact } from "@roster/domain/contacts/contact.ts";
import { type Status, strictest } from "@roster/domain/contacts/status.ts";
import { type Gone, statusLeftBehind } from "@roster/domain/suppressions/suppression.ts";
import { deleteContacts } from "@roster/store/contacts/contact-delete.ts";
import type { Tx } from "@roster/store/open.ts";
import { setSuppressions } from "@roster/store/suppressions/suppressions.ts";
import type { Deps } from "../deps.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";
import { countWritten } from "./contact-totals.ts";

/**
 * Deletes contacts with their history, inside the caller's transaction. Those who could not be mailed, and all who are
 * erased, leave a suppression entry, so that a later import of the address does not mail them again.
 * @param source who deletes: the id of a key, a job or a merge
 * @param atLeast a status that their addresses are as strict as, whatever their own was
 * @returns the contacts that were there
 */
export async function removeContacts(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
  source: string | null,
  how: Gone = "deleted",
  atLeast: Status = "active",
): Promise<Contact[]> {
  const gone = await deleteContacts(tx, tenantId, ids);
  await setSuppressions(
    tx,
    tenantId,
    gone.flatMap(({ email, status: last }) => {
      const status = statusLeftBehind(strictest(last, atLeast), how);
      if (status === null) return [];
      const { suppressionKey } = deps;
      const hash = suppressionHash(suppressionKey, email);
      const { version: keyVersion } = suppressionKey;
      return [{ id: deps.newId(), hash, keyVersion, status, reason: how, source }];
    }),
  );
  await countWritten(tx, tenantId, { deleted: gone });
  return gone;
}
