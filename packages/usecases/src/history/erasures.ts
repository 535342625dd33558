import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { type Erasure, nothingErased } from "@roster/domain/history/erasure.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { contactByEmail } from "@roster/store/contacts/contact-read.ts";
import {
  erasureById,
  erasurePage,
  insertErasure,
  lockWaitingErasureJob,
} from "@roster/store/history/erasures.ts";
import { insertJob } from "@roster/store/jobs/jobs.ts";
import { inside, type Tx } from "@roster/store/open.ts";
import { holdList, setSuppressions } from "@roster/store/suppressions/suppressions.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import { removeContacts } from "../contacts/contact-removal.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";

/**
 * Forgets a person, whether there is a contact or not: the contact with all its history at once; a job then looks for copies
 * of the address in files, reports and kept answers, and removes them. What stays is a suppression entry, a keyed hash.
 * @param email as it was written
 * @throws Refused missing_scope, invalid (the address), busy
 */
export async function eraseAddress(deps: Deps, scope: TenantScope, email: string): Promise<Erasure> {
  requireScope(scope, "contacts:write");
  const parsed = parseEmail(email);
  if (!parsed.ok) {
    const issue = { field: "email", code: parsed.code, message: parsed.message };
    throw new Refused({ code: "invalid", issues: [issue] });
  }
  const { tenantId } = scope;
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      // Nobody creates a contact with the address between the look and the entry.
      await holdList(tx, tenantId);
      const contact = await contactByEmail(inside(tx), tenantId, parsed.email);
      return contact === null
        ? eraseUnknown(deps, tx, scope, parsed.email)
        : eraseStored(deps, tx, scope, contact.id);
    }),
  );
}

async function eraseUnknown(deps: Deps, tx: Tx, scope: TenantScope, email: string): Promise<Erasure> {
  const { suppressionKey } = deps;
  const hash = suppressionHash(suppressionKey, email);
  const { version: keyVersion } = suppressionKey;
  const entry = { id: deps.newId(), hash, keyVersion, reason: "erased", source: scope.keyId };
  await setSuppressions(tx, scope.tenantId, [{ ...entry, status: "unsubscribed" }]);
  return noteErasure(deps, tx, scope, email, 0);
}

/** Erases a contact inside the caller's transaction. @throws Refused not_found when it is gone */
export async function eraseStored(
  deps: Deps,
  tx: Tx,
  scope: TenantScope,
  contactId: string,
): Promise<Erasure> {
  const [gone] = await removeContacts(deps, tx, scope.tenantId, [contactId], scope.keyId, "erased");
  if (gone === undefined) throw new Refused({ code: "not_found", what: "contact" });
  return noteErasure(deps, tx, scope, gone.email, 1);
}

/** One job looks for many addresses: those who are erased until it is taken up join it. */
async function noteErasure(
  deps: Deps,
  tx: Tx,
  { tenantId, keyId }: TenantScope,
  email: string,
  contacts: number,
): Promise<Erasure> {
  const waiting = await lockWaitingErasureJob(tx, tenantId);
  const jobId = waiting ?? deps.newId();
  if (waiting === null) {
    await insertJob(tx, {
      tenantId,
      id: jobId,
      kind: "erasure",
      options: { name: null },
      uploadId: null,
      bytesTotal: null,
      undoable: false,
      createdBy: keyId,
    });
  }
  return insertErasure(tx, tenantId, {
    id: deps.newId(),
    jobId,
    email,
    removed: { ...nothingErased(), contacts },
  });
}

/** @throws Refused missing_scope, not_found */
export async function getErasure(deps: Deps, scope: TenantScope, id: string): Promise<Erasure> {
  requireScope(scope, "contacts:read");
  const erasure = isUuid(id) ? await erasureById(deps.sql, scope.tenantId, id) : null;
  if (erasure === null) throw new Refused({ code: "not_found", what: "erasure" });
  return erasure;
}

const ErasureCursor = z.tuple([z.uuid()]);

/** A page of erasures, newest first. @throws Refused missing_scope, invalid (the cursor) */
export async function listErasures(
  deps: Deps,
  scope: TenantScope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ erasures: Erasure[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = cursor === undefined ? undefined : decodeCursor(cursor, ErasureCursor)[0];
  const found = await erasurePage(deps.sql, scope.tenantId, { limit, beforeId });
  const erasures = found.slice(0, limit);
  const hasMore = found.length > limit;
  return { erasures, hasMore, cursor: hasMore ? encodeCursor([erasures.at(-1)!.id]) : null };
}
