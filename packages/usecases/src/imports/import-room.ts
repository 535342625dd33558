import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { keepRoom, planHasRoom } from "@roster/store/accounts/plan-room.ts";
import { dropOverlay } from "@roster/store/contacts/contact-overlay.ts";
import { jobById, type Lease } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { RecordBatch } from "./import-batches.ts";
import type { ImportTarget } from "./import-target.ts";
import { SourceError } from "./source/source-error.ts";

/** An import under a plan that allows so many contacts. */
export type LimitedImport = { deps: Deps; lease: Lease; scope: TenantScope; limit: number };

/**
 * Before an import under a plan with a limit writes anything: plays what is left of its file through, over the overlay of a
 * dry run, and keeps room for all that it is going to create. What is broken in the file ends the counting; the import
 * itself will say so. It is not cut into slices: it ends as soon as the room does.
 * @param target one for a dry run
 * @param failuresLeft the import stops at so many failures
 * @returns false when `control` said to stop: it will be counted anew
 * @throws Refused plan_limit_exceeded, Fenced
 */
export async function takeRoom(
  limited: LimitedImport,
  batches: AsyncIterable<RecordBatch>,
  target: ImportTarget,
  control: JobControl,
  failuresLeft: number,
): Promise<boolean> {
  const { deps, lease, scope } = limited;
  const { sql } = deps;
  // What an attempt that did not come to its end has left.
  await dropOverlay(sql, scope.tenantId, lease.jobId);
  let created = 0;
  let failed = 0;
  try {
    for await (const { records } of batches) {
      const rows = target.batch(records);
      await rows.decide();
      created += rows.report.counters.created;
      failed += rows.report.counters.failed;
      await sql.begin(async (tx) => {
        await requireRoom(tx, limited, created);
        await rows.write(tx);
        // The fence: whoever lost the job must not write into the overlay of its new holder.
        await keepRoom(tx, lease, null);
      });
      rows.landed();
      if (failed >= failuresLeft) break;
      if (control.mustStop) return false;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
  }
  await sql.begin(async (tx) => {
    await requireRoom(tx, limited, created);
    await dropOverlay(tx, scope.tenantId, lease.jobId);
    await keepRoom(tx, lease, created);
  });
  return true;
}

/** At the end of a dry run: what it says must be what the import would do. @throws Refused plan_limit_exceeded */
export async function requireRoomForAll(limited: LimitedImport): Promise<void> {
  const { deps, lease } = limited;
  const job = await jobById(deps.sql, lease.tenantId, lease.jobId);
  await deps.sql.begin((tx) => requireRoom(tx, limited, job?.created ?? 0));
}

async function requireRoom(tx: Tx, { scope, lease, limit }: LimitedImport, created: number): Promise<void> {
  if (created > 0 && !(await planHasRoom(tx, scope.accountId, limit, created, lease.jobId))) {
    throw new Refused({ code: "plan_limit_exceeded", limit });
  }
}
