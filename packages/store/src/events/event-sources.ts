import type { SourceKind } from "@roster/domain/events/event-source.ts";
import type { Db, Tx } from "../open.ts";

/** A source as it is kept: its secrets only as their SHA-256. */
export type EventSource = {
  tenantId: string;
  id: string;
  name: string;
  beginning: string;
  createdAt: Date;
  updatedAt: Date;
  lastReceivedAt: Date | null;
  accepted: number;
  duplicate: number;
  failed: number;
  ignored: number;
  refused: number;
  lastError: string | null;
  lastErrorAt: Date | null;
} & SourceKind;

/** What a source's address opens. */
export type OpenedSource = EventSource & {
  accountId: string;
  passwordHash: Buffer | null;
  /** Of the account's plan; null is no limit. */
  requestsPerMinute: number | null;
};

export type SourceSecrets = { beginning: string; tokenHash: Uint8Array; passwordHash: Uint8Array | null };

/** What one request brought. */
export type Receipt = { accepted: number; duplicate: number; failed: number; ignored: number };

const columns = (sql: Db) => sql`
  s.tenant_id, s.id, s.name, s.provider, s.settings, s.beginning, s.created_at, s.updated_at, s.last_received_at, s.accepted,
  s.duplicate, s.failed, s.ignored, s.refused, s.last_error, s.last_error_at`;

/** The source with this hash of its address's token. */
export async function sourceByToken(sql: Db, tokenHash: Uint8Array): Promise<OpenedSource | null> {
  const [row] = await sql<OpenedSource[]>`
    select ${columns(sql)}, s.password_hash, t.account_id, p.requests_per_minute
    from event_sources s join tenants t on t.id = s.tenant_id join accounts a on a.id = t.account_id
    join plans p on p.name = a.plan
    where s.token_hash = ${tokenHash as Buffer}`;
  return row ?? null;
}

export async function sourceById(sql: Db, tenantId: string, id: string): Promise<EventSource | null> {
  const [row] = await sql<EventSource[]>`
    select ${columns(sql)} from event_sources s where s.tenant_id = ${tenantId} and s.id = ${id}`;
  return row ?? null;
}

/** The same, held against other writers until the transaction ends. */
export async function lockSource(tx: Tx, tenantId: string, id: string): Promise<EventSource | null> {
  const [row] = await tx<EventSource[]>`
    select ${columns(tx)} from event_sources s where s.tenant_id = ${tenantId} and s.id = ${id} for update`;
  return row ?? null;
}

/** Sources, newest first, one more than `limit` where there are more. */
export async function sourcePage(
  sql: Db,
  tenantId: string,
  { limit, beforeId }: { limit: number; beforeId: string | undefined },
): Promise<EventSource[]> {
  return sql<EventSource[]>`
    select ${columns(sql)} from event_sources s
    where s.tenant_id = ${tenantId} ${beforeId === undefined ? sql`` : sql`and s.id < ${beforeId}`}
    order by s.id desc limit ${limit + 1}`;
}

/** How many sources a tenant has. */
export async function countSources(sql: Db, tenantId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from event_sources where tenant_id = ${tenantId}`;
  return row!.n;
}

/** Whether another source of the tenant has this name. @param id the one that may have it */
export async function sourceNameTaken(
  sql: Db,
  tenantId: string,
  name: string,
  id: string | null,
): Promise<boolean> {
  const [row] = await sql`
    select from event_sources where tenant_id = ${tenantId} and name = ${name} and id is distinct from ${id}`;
  return row !== undefined;
}

export async function insertSource(
  tx: Tx,
  source: { tenantId: string; id: string; name: string } & SourceKind,
  secrets: SourceSecrets,
): Promise<void> {
  await tx`
    insert into event_sources (tenant_id, id, name, provider, settings, beginning, token_hash, password_hash)
    values (${source.tenantId}, ${source.id}, ${source.name}, ${source.provider}, ${tx.json(source.settings)},
      ${secrets.beginning}, ${secrets.tokenHash as Buffer}, ${secrets.passwordHash as Buffer | null})`;
}

export async function updateSource(
  tx: Tx,
  { tenantId, id, name, settings }: { tenantId: string; id: string; name: string } & SourceKind,
): Promise<void> {
  await tx`
    update event_sources set name = ${name}, settings = ${tx.json(settings)}, updated_at = now()
    where tenant_id = ${tenantId} and id = ${id}`;
}

/** Gives a source another address and password: the former ones open nothing from now on. */
export async function replaceSecrets(
  tx: Tx,
  { tenantId, id }: Pick<EventSource, "tenantId" | "id">,
  secrets: SourceSecrets,
): Promise<void> {
  await tx`
    update event_sources set beginning = ${secrets.beginning}, token_hash = ${secrets.tokenHash as Buffer},
      password_hash = ${secrets.passwordHash as Buffer | null}, updated_at = now()
    where tenant_id = ${tenantId} and id = ${id}`;
}

/** @returns whether it was there */
export async function deleteSource(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const { count } = await tx`delete from event_sources where tenant_id = ${tenantId} and id = ${id}`;
  return count > 0;
}

/** Notes a request that was taken. @param error what of it failed; null leaves the last error as it is */
export async function noteReceipt(
  sql: Db,
  { tenantId, id }: Pick<EventSource, "tenantId" | "id">,
  { accepted, duplicate, failed, ignored }: Receipt,
  error: string | null,
): Promise<void> {
  await sql`
    update event_sources set last_received_at = now(), accepted = accepted + ${accepted},
      duplicate = duplicate + ${duplicate}, failed = failed + ${failed}, ignored = ignored + ${ignored},
      last_error = coalesce(${error}::text, last_error),
      last_error_at = case when ${error}::text is null then last_error_at else now() end
    where tenant_id = ${tenantId} and id = ${id}`;
}

/** Notes a request that was turned down. */
export async function noteRefused(
  sql: Db,
  { tenantId, id }: Pick<EventSource, "tenantId" | "id">,
  error: string,
): Promise<void> {
  await sql`
    update event_sources set refused = refused + 1, last_error = ${error}, last_error_at = now()
    where tenant_id = ${tenantId} and id = ${id}`;
}
