import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { contactTotal } from "@roster/store/contacts/contact-counts.ts";
import { insertJob } from "@roster/store/jobs/jobs.ts";
import { lockUnfinishedRun, newestContactId, type SoleRunKind } from "@roster/store/jobs/sole-run.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";

/** A run's options as its job row keeps them. `upToId`: the newest contact when it was started, null for none. */
export const SoleRunOptions = z.object({ name: z.string().nullable(), upToId: z.uuid().nullable() });
type SoleRunOptions = z.infer<typeof SoleRunOptions>;

/** So many contacts are looked at where an import has one row: each is a fourth of the work. */
export const contactsPerRow = 4;

export type StartedRun = { jobId: string; status: "queued" | "running" };

/**
 * Queues a job that looks through every contact that is there now. A tenant has one of a kind at a time: while one is queued
 * or runs, it is what is answered.
 * @throws Refused missing_scope
 */
export async function startSoleRun(deps: Deps, scope: TenantScope, kind: SoleRunKind): Promise<StartedRun> {
  requireScope(scope, "contacts:write");
  const { tenantId } = scope;
  return deps.sql.begin(async (tx) => {
    const unfinished = await lockUnfinishedRun(tx, tenantId, kind);
    if (unfinished !== null) return unfinished;
    const jobId = deps.newId();
    const options: SoleRunOptions = { name: null, upToId: await newestContactId(tx, tenantId) };
    await insertJob(tx, {
      tenantId,
      id: jobId,
      kind,
      options,
      uploadId: null,
      bytesTotal: null,
      rowsTotal: await contactTotal(tx, tenantId),
      undoable: false,
      createdBy: scope.keyId,
    });
    return { jobId, status: "queued" };
  });
}
