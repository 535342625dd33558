import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { UpsertEffects } from "@roster/domain/contacts/upsert.ts";
import type { WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { planHasRoom } from "@roster/store/accounts/plan-room.ts";
import { insertContacts, type StampsById, updateContacts } from "@roster/store/contacts/contact-write.ts";
import { insertBeforeImages, insertStatusChanges } from "@roster/store/history/contact-history.ts";
import type { Tx } from "@roster/store/open.ts";
import {
  liftSuppressions,
  requireListVersion,
  setSuppressions,
} from "@roster/store/suppressions/suppressions.ts";
import type { Deps } from "../deps.ts";
import { changeLists } from "../lists/list-changes.ts";
import { suppressionHash } from "../suppressions/suppression-key.ts";
import type { Decision } from "./contact-decision.ts";
import { countWritten } from "./contact-totals.ts";
import type { Origin } from "./write-origin.ts";

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
