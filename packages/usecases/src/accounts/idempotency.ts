import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { keepAnswer, keptAnswer, lockIdempotencyKey } from "@roster/store/accounts/idempotency.ts";
import { inside, type Tx } from "@roster/store/open.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";

/** An answer as a door sends it: rendered, so that a repeat of its request gets the same bytes. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array };

export type KeyedRequest = {
  /** A key by the domain's rule. */
  key: string;
  /** SHA-256 of all that makes the request what it is. */
  request: Uint8Array;
};

/** Twins wait this long for the one that runs, without a connection; then they are told to come back. */
const patienceMs = 3000;
const askAgainMs = 50;

/**
 * Does a request once for its key: `act` and the keeping of its answer are one transaction, and whoever repeats the request
 * within 24 h gets that answer. What throws keeps nothing, and the same key may be used anew.
 * @param act must do all that it does through the deps that it is given, which work inside that transaction; it may run
 *   again from the start when others are in the way
 * @throws Refused idempotency_key_reused, idempotency_in_progress, busy, and whatever `act` throws
 */
export async function answerOnce(
  deps: Deps,
  scope: TenantScope,
  keyed: KeyedRequest,
  act: (deps: Deps) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const answer = await retrying(() => deps.sql.begin((tx) => attempt(deps, tx, scope, keyed, act)));
    if (answer !== null) return answer;
    if (performance.now() >= until) {
      throw new Refused({ code: "idempotency_in_progress", retryAfterSeconds: 1 });
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}

/** Null while a twin runs. */
async function attempt(
  deps: Deps,
  tx: Tx,
  { tenantId }: TenantScope,
  { key, request }: KeyedRequest,
  act: (deps: Deps) => Promise<Answer>,
): Promise<(Answer & { replayed: boolean }) | null> {
  if (!(await lockIdempotencyKey(tx, tenantId, key))) return null;
  const kept = await keptAnswer(tx, tenantId, key);
  if (kept !== null) {
    if (Buffer.compare(kept.request, request) !== 0)
      throw new Refused({ code: "idempotency_key_reused", key });
    return { ...kept, replayed: true };
  }
  const answer = await act({ ...deps, sql: inside(tx) });
  await keepAnswer(tx, tenantId, key, { ...answer, request });
  return { ...answer, replayed: false };
}
