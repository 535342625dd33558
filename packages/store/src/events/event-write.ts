import type { Bounce, EventType } from "@roster/domain/events/event.ts";
import type { Sql, Tx } from "../open.ts";
import { arrayLiteral } from "../sql/array-literal.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** An event as it is stored. */
export type EventRow = {
  contactId: string;
  at: Date;
  id: string;
  type: EventType;
  bounce: Bounce | null;
  campaignId: string | null;
};

/**
 * Notes the ids of events as counted, until the transaction ends for us alone: whoever counts the same event waits for that.
 * @param ids UUIDs, each once
 * @returns those that were counted before
 */
export async function insertEventIds(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const given = arrayLiteral(ids.toSorted());
  const rows = await tx<{ id: string }[]>`
    with fresh as (
      insert into event_ids (tenant_id, id)
      select ${tenantId}, id from unnest(${given}::uuid[]) with ordinality as k (id, n) order by n
      on conflict do nothing
      returning id
    )
    select id from unnest(${given}::uuid[]) as k (id) except all select id from fresh`;
  return new Set(rows.map(({ id }) => id));
}

/** Below this many rows one INSERT is cheaper than the three round trips of a COPY. */
const copyFrom = 50;

/** Stores events. There must be a partition for the month of each. */
export async function insertEvents(tx: Tx, tenantId: string, events: readonly EventRow[]): Promise<void> {
  if (events.length === 0) return;
  if (events.length < copyFrom) {
    const rows = events.map(({ contactId, at, id, type, bounce, campaignId }) => ({
      tenant_id: tenantId,
      contact_id: contactId,
      at,
      id,
      type,
      bounce,
      campaign_id: campaignId,
    }));
    await tx`insert into events ${tx(rows)}`;
    return;
  }
  const copy = tx`
    copy events (tenant_id, contact_id, at, id, type, bounce, campaign_id) from stdin (format binary)`;
  await copyIn(copy, binaryEvents(tenantId, events));
}

function* binaryEvents(tenantId: string, events: readonly EventRow[]): Generator<Buffer> {
  const rows = new BinaryRows(7);
  const tenant = uuidField(tenantId);
  for (const { contactId, at, id, type, bounce, campaignId } of events) {
    rows.begin();
    rows.field(tenant);
    rows.uuid(contactId);
    rows.time(at);
    rows.uuid(id);
    rows.text(type);
    rows.text(bounce);
    rows.text(campaignId);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

/** Forgets the ids of events that were counted more than `days` ago. @returns how many */
export async function sweepEventIds(sql: Sql, days: number): Promise<number> {
  const gone = await sql`delete from event_ids where received_at < now() - ${days} * interval '1 day'`;
  return gone.count;
}
