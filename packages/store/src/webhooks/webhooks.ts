import type { WebhookDisabled } from "@roster/domain/webhooks/webhook.ts";
import type { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import type { FeedPosition } from "../contacts/contact-feed.ts";
import type { Db, Tx } from "../open.ts";

/** What an endpoint's owner decides. */
export type WebhookSettings = {
  url: string;
  description: string | null;
  events: WebhookEvent[];
  includeImports: boolean;
  isActive: boolean;
};

/** Those of them that are to change. */
export type WebhookChanges = { [Name in keyof WebhookSettings]?: WebhookSettings[Name] | undefined };

/** An endpoint, without its secrets. */
export type Webhook = WebhookSettings & {
  tenantId: string;
  id: string;
  disabled: WebhookDisabled | null;
  failures: number;
  failingSince: Date | null;
  nextAttemptAt: Date;
  lastDeliveredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

const columns = (sql: Db) => sql`
  w.tenant_id, w.id, w.url, w.description, w.events, w.include_imports, w.is_active, w.disabled, w.failures, w.failing_since,
  w.next_attempt_at, w.last_delivered_at, w.created_at, w.updated_at`;

/** Stands in front of every contact of a transaction. */
export const nobody = "00000000-0000-0000-0000-000000000000";

/** Takes turns with others who make endpoints of the tenant. @returns how many there are */
export async function lockWebhooks(tx: Tx, tenantId: string): Promise<number> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${tenantId}`}, 0))`;
  const [row] = await tx<{ n: number }[]>`select count(*) as n from webhooks where tenant_id = ${tenantId}`;
  return row!.n;
}

export async function insertWebhook(
  tx: Tx,
  webhook: WebhookSettings & { tenantId: string; id: string; secret: string; place: FeedPosition },
): Promise<Webhook> {
  const { place } = webhook;
  const [row] = await tx<Webhook[]>`
    insert into webhooks as w (tenant_id, id, url, description, events, include_imports, is_active, secret,
      feed_epoch, feed_xid, feed_id, told_epoch)
    values (${webhook.tenantId}, ${webhook.id}, ${webhook.url}, ${webhook.description}, ${webhook.events}::text[],
      ${webhook.includeImports}, ${webhook.isActive}, ${webhook.secret},
      ${place.epoch}, ${place.xid}::text::xid8, ${place.id ?? nobody}, ${place.epoch})
    returning ${columns(tx)}`;
  return row!;
}

/** All endpoints of a tenant, newest first. */
export async function webhooksOf(sql: Db, tenantId: string): Promise<Webhook[]> {
  return sql<
    Webhook[]
  >`select ${columns(sql)} from webhooks w where tenant_id = ${tenantId} order by id desc`;
}

export async function webhookById(sql: Db, tenantId: string, id: string): Promise<Webhook | null> {
  const [row] = await sql<Webhook[]>`
    select ${columns(sql)} from webhooks w where tenant_id = ${tenantId} and id = ${id}`;
  return row ?? null;
}

/**
 * Changes what is given. Who switches an endpoint on, or gives it another address, has mended it: its failures are forgotten, it is
 * tried at once, and what is under way to the former address does not count.
 */
export async function updateWebhook(
  tx: Tx,
  tenantId: string,
  id: string,
  { url, description, events, includeImports, isActive }: WebhookChanges,
): Promise<Webhook | null> {
  const [row] = await tx<Webhook[]>`
    update webhooks w set updated_at = now()
      ${description === undefined ? tx`` : tx`, description = ${description}`}
      ${events === undefined ? tx`` : tx`, events = ${events}::text[]`}
      ${includeImports === undefined ? tx`` : tx`, include_imports = ${includeImports}`}
      ${url === undefined ? tx`` : tx`, url = ${url}`}
      ${isActive === undefined ? tx`` : tx`, is_active = ${isActive}, disabled = null`}
      ${
        url === undefined && isActive !== true
          ? tx``
          : tx`, failures = 0, failing_since = null, next_attempt_at = now(), fence = fence + 1, lease_until = null`
      }
    where tenant_id = ${tenantId} and id = ${id}
    returning ${columns(tx)}`;
  return row ?? null;
}

/** Removes an endpoint and its log. @returns whether it was there */
export async function deleteWebhook(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const gone = await tx`delete from webhooks where tenant_id = ${tenantId} and id = ${id}`;
  await tx`delete from webhook_deliveries where tenant_id = ${tenantId} and webhook_id = ${id}`;
  return gone.count > 0;
}

/** Gives an endpoint another secret; the one before signs too for so many hours. @returns until when, or null where there is none */
export async function replaceSecret(
  tx: Tx,
  tenantId: string,
  id: string,
  { secret, hours }: { secret: string; hours: number },
): Promise<Date | null> {
  const [row] = await tx<{ formerSecretUntil: Date }[]>`
    update webhooks set former_secret = secret, former_secret_until = now() + ${hours} * interval '1 hour',
      secret = ${secret}, updated_at = now()
    where tenant_id = ${tenantId} and id = ${id}
    returning former_secret_until`;
  return row?.formerSecretUntil ?? null;
}

/**
 * Moves an endpoint to another place in the feed: what was cut from its former place is not sent any more, and it is tried at
 * once.
 */
export async function moveWebhook(
  tx: Tx,
  tenantId: string,
  id: string,
  place: FeedPosition,
): Promise<Webhook | null> {
  const [row] = await tx<Webhook[]>`
    update webhooks w set feed_epoch = ${place.epoch}, feed_xid = ${place.xid}::text::xid8, feed_id = ${place.id ?? nobody},
      failures = 0, failing_since = null, next_attempt_at = now(), fence = fence + 1, lease_until = null
    where tenant_id = ${tenantId} and id = ${id}
    returning ${columns(tx)}`;
  if (row === undefined) return null;
  await tx`
    update webhook_deliveries set state = 'superseded', finished_at = now()
    where tenant_id = ${tenantId} and webhook_id = ${id} and state = 'pending' and kind = 'changes'`;
  return row;
}
