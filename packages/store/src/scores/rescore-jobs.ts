import type { Tx } from "../open.ts";

/**
 * A tenant's rescore that has not begun, which cannot begin until the transaction ends: whatever the transaction changes, it
 * will see. Null where there is none.
 */
export async function waitingRescore(tx: Tx, tenantId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    select id from jobs
    where tenant_id = ${tenantId} and kind = 'rescore' and state = 'queued' and checkpoint is null
      and not cancel_requested
    order by id desc limit 1 for update`;
  return row?.id ?? null;
}

/** Forgets the completed rescores that nobody asked for: of those of every night the last one is enough. */
export async function dropNightlyRescores(tx: Tx, tenantId: string): Promise<void> {
  await tx`
    delete from jobs
    where tenant_id = ${tenantId} and kind = 'rescore' and created_by is null and state = 'completed'`;
}
