import type { CampaignSend } from "@roster/domain/events/campaign-send.ts";
import { type EngagementHistory, noEngagement } from "@roster/domain/events/engagement.ts";
import type { Db, Tx } from "../open.ts";
import { packedSends, sendsByContact } from "./campaign-sends.ts";
import { engagementOf, packedEngagement, type StoredEngagement } from "./engagement.ts";

/** A contact's engagement with all its campaigns, and how often the engagement was written; null where there is none. */
export type StoredHistory = { history: EngagementHistory; version: number | null };

function historyOf(stored: StoredEngagement | undefined, sends: readonly CampaignSend[]): StoredHistory {
  const campaigns = new Map(sends.map((send) => [send.campaignId, send]));
  return {
    version: stored?.version ?? null,
    history: { engagement: stored?.engagement ?? noEngagement, sends: campaigns },
  };
}

/** The whole histories of a few contacts, in their order. */
export async function historiesOf(
  sql: Db,
  tenantId: string,
  contactIds: readonly string[],
): Promise<StoredHistory[]> {
  const engaged = await engagementOf(sql, tenantId, contactIds);
  const sends = await packedSends(
    sql,
    sql`
      select * from campaign_sends
      where tenant_id = ${tenantId} and contact_id = any(${contactIds as string[]}::uuid[])`,
  );
  const byContact = sendsByContact(sends);
  return contactIds.map((id) => historyOf(engaged.get(id), byContact.get(id) ?? []));
}

/** What the history of the contact that a merge kept was before it. */
export async function imagedHistory(sql: Db, tenantId: string, mergeId: string): Promise<StoredHistory> {
  const image = sql`m.tenant_id = ${tenantId} and m.merge_id = ${mergeId} and m.n = 0`;
  const engaged = await packedEngagement(
    sql,
    sql`
      select e.* from merged_contacts m
      cross join lateral jsonb_populate_record(null::engagement, m.image -> 'engagement') e
      where ${image} and jsonb_typeof(m.image -> 'engagement') = 'object'`,
  );
  const sends = await packedSends(
    sql,
    sql`
      select s.* from merged_contacts m
      cross join lateral jsonb_populate_recordset(null::campaign_sends, m.image -> 'sends') s
      where ${image}`,
  );
  const [stored] = engaged.values();
  return historyOf(
    stored,
    sends.map(({ send }) => send),
  );
}

/** Forgets a contact's campaigns, for whoever writes what they come to now. */
export async function dropSends(tx: Tx, tenantId: string, contactId: string): Promise<void> {
  await tx`delete from campaign_sends where tenant_id = ${tenantId} and contact_id = ${contactId}`;
}

/** Forgets the engagement of a contact that has no history any more. */
export async function dropEngagement(tx: Tx, tenantId: string, contactId: string): Promise<void> {
  await tx`delete from engagement where tenant_id = ${tenantId} and contact_id = ${contactId}`;
}
