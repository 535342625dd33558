import { idempotencyKeepHours } from "@roster/domain/accounts/idempotency-key.ts";
import type { Db, Tx } from "../open.ts";

/** The answer to a request that came with a key. */
export type KeptAnswer = {
  /** SHA-256 of the request. */
  request: Uint8Array;
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};

/**
 * Takes a key until the transaction ends, however it ends; does not wait.
 * @returns false while another transaction has it
 */
export async function lockIdempotencyKey(tx: Tx, tenantId: string, key: string): Promise<boolean> {
  const [row] = await tx<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${tenantId} ${key}`}, 2)) as locked`;
  return row!.locked;
}

/** What was answered under a key; null where there is nothing, or its time is over. */
export async function keptAnswer(sql: Db, tenantId: string, key: string): Promise<KeptAnswer | null> {
  const [row] = await sql<KeptAnswer[]>`
    select request, status, headers, body from idempotency_keys
    where tenant_id = ${tenantId} and key = ${key}
      and created_at > now() - ${idempotencyKeepHours} * interval '1 hour'`;
  return row ?? null;
}

/** Keeps an answer, in the place of one whose time is over. */
export async function keepAnswer(tx: Tx, tenantId: string, key: string, answer: KeptAnswer): Promise<void> {
  await tx`
    insert into idempotency_keys (tenant_id, key, request, status, headers, body)
    values (${tenantId}, ${key}, ${answer.request as Buffer}, ${answer.status}, ${tx.json(answer.headers as never)},
      ${answer.body as Buffer})
    on conflict (tenant_id, key) do update set request = excluded.request, status = excluded.status,
      headers = excluded.headers, body = excluded.body, created_at = now()`;
}

/** Removes answers whose time is over. @returns how many */
export async function sweepAnswers(sql: Db): Promise<number> {
  const swept = await sql`
    delete from idempotency_keys where created_at <= now() - ${idempotencyKeepHours} * interval '1 hour'`;
  return swept.count;
}
