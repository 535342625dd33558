import type { Contact } from "@roster/domain/contacts/contact.ts";
import { dropDuplicateKeys } from "../duplicates/duplicates.ts";
import { dropMerges } from "../duplicates/merges.ts";
import { dropFindings } from "../health/health-findings.ts";
import { forgetMembers } from "../lists/list-members.ts";
import type { Tx } from "../open.ts";

/** Deletes contacts and everything of theirs; leaves tombstones. */
export async function deleteContacts(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Contact[]> {
  const gone = await tx<Contact[]>`
    with locked as (
      select c.id from unnest(${ids as string[]}::uuid[]) as k (id)
      join contacts c on c.tenant_id = ${tenantId} and c.id = k.id
      order by c.id for update of c
    )
    delete from contacts c using locked where c.tenant_id = ${tenantId} and c.id = locked.id
    returning c.*`;
  if (gone.length === 0) return [];
  const goneIds = gone.map((contact) => contact.id);
  await tx`
    insert into contact_tombstones (tenant_id, contact_id) select ${tenantId}, unnest(${goneIds}::uuid[])
    on conflict (tenant_id, contact_id) do update
    set feed_epoch = default, feed_xid = pg_current_xact_id(), deleted_at = now()`;
  const engaged = await tx<{ contactId: string }[]>`
    delete from engagement t using unnest(${goneIds}::uuid[]) as k (id)
    where t.tenant_id = ${tenantId} and t.contact_id = k.id
    returning t.contact_id`;
  await deleteRows(tx, tenantId, ["status_changes"], goneIds);
  // Whoever has an event has engagement: all others are spared the look into every month.
  await deleteRows(
    tx,
    tenantId,
    ["campaign_sends", "events"],
    engaged.map(({ contactId }) => contactId),
  );
  await forgetMembers(tx, tenantId, goneIds);
  await tx`
    delete from contact_before b using jobs j, unnest(${goneIds}::uuid[]) as k (id)
    where j.tenant_id = ${tenantId} and j.undoable
      and b.tenant_id = ${tenantId} and b.job_id = j.id and b.contact_id = k.id`;
  await dropFindings(tx, tenantId, goneIds);
  await dropDuplicateKeys(tx, tenantId, goneIds);
  await dropMerges(tx, tenantId, goneIds);
  return gone;
}

async function deleteRows(
  tx: Tx,
  tenantId: string,
  tables: readonly string[],
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  for (const table of tables) {
    await tx`
      delete from ${tx(table)} t using unnest(${contactIds as string[]}::uuid[]) as k (id)
      where t.tenant_id = ${tenantId} and t.contact_id = k.id`;
  }
}
