import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { insertJob } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { dropNightlyRescores, waitingRescore } from "@roster/store/scores/rescore-jobs.ts";
import {
  countEngaged,
  scorePage,
  takeDueScores,
  tenantsWithEngagement,
  writeScores,
} from "@roster/store/scores/scores.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";
import { activeRules, newScores } from "./contact-scores.ts";

/**
 * Queues a job that computes the scores of all contacts anew. Where one waits already, it is that one.
 * @throws Refused missing_scope
 */
export async function startRescore(
  deps: Deps,
  scope: TenantScope,
): Promise<{ jobId: string; status: "queued" }> {
  requireScope(scope, "contacts:write");
  const jobId = await deps.sql.begin((tx) => queueRescore(deps, tx, scope));
  return { jobId, status: "queued" };
}

/** The same inside a transaction, which the job will have seen when it begins. @returns the job's id */
export async function queueRescore(
  deps: Deps,
  tx: Tx,
  { tenantId, keyId }: Pick<TenantScope, "tenantId" | "keyId">,
): Promise<string> {
  const waiting = await waitingRescore(tx, tenantId);
  if (waiting !== null) return waiting;
  const id = deps.newId();
  await insertJob(tx, {
    tenantId,
    id,
    kind: "rescore",
    options: { name: null },
    uploadId: null,
    bytesTotal: null,
    rowsTotal: await countEngaged(tx, tenantId),
    undoable: false,
    createdBy: keyId,
  });
  return id;
}

/** Queues a rescore of every tenant's contacts: scores fade with time. @returns how many tenants */
export async function startNightlyRescores(deps: Deps): Promise<number> {
  const tenants = await tenantsWithEngagement(deps.sql);
  for (const tenantId of tenants) {
    await deps.sql.begin(async (tx) => {
      await dropNightlyRescores(tx, tenantId);
      await queueRescore(deps, tx, { tenantId, keyId: null });
    });
  }
  return tenants.length;
}

/** So many contacts are recomputed at a time: in less time than a second or two, whatever the rules. */
const dueBatch = 5000;

/**
 * Computes the scores of contacts that have had events since, until none is left.
 * @param leave ends it after the batch in hand
 * @returns how many
 */
export async function rescoreDue(deps: Deps, leave?: AbortSignal): Promise<number> {
  let scored = 0;
  while (leave?.aborted !== true) {
    const n = await retrying(() => rescoreDueBatch(deps));
    scored += n;
    if (n < dueBatch) break;
  }
  return scored;
}

async function rescoreDueBatch(deps: Deps): Promise<number> {
  return deps.sql.begin(async (tx) => {
    let scored = 0;
    for (const [tenantId, ids] of await takeDueScores(tx, dueBatch)) {
      const page = await scorePage(tx, tenantId, { ids });
      const rules = await activeRules(tx, tenantId);
      scored += await writeScores(
        tx,
        tenantId,
        await newScores(tx, tenantId, page, rules, deps.now().getTime()),
      );
    }
    return scored;
  });
}
