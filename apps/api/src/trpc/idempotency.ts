import type { IncomingHttpHeaders } from "node:http";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { answerOnce } from "@roster/usecases/accounts/idempotency.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { idempotencyKey, requestDigest } from "../keyed-request.ts";

/**
 * The Idempotency-Key of a request with so many calls; null if it has none.
 * @throws Refused invalid, also for a key over several calls: each may fail by itself, and a key has one answer
 */
export function callKey(headers: IncomingHttpHeaders, calls: number): string | null {
  const key = idempotencyKey(headers);
  if (key === null || calls === 1) return key;
  const message = `A key stands for one call, and this request has ${calls}. Send the call without batching.`;
  const issue = { field: "Idempotency-Key", code: "idempotency_key_batch", message };
  throw new Refused({ code: "invalid", issues: [issue] });
}

/**
 * Does a mutation once for its key, and gives a repeat the first one's data.
 * @param act does all that it does through the deps that it is given
 * @throws Refused idempotency_key_reused, idempotency_in_progress, and whatever `act` throws
 */
export async function callOnce(
  { deps, scope, resHeaders }: { deps: Deps; scope: TenantScope; resHeaders: Headers },
  { key, path, input }: { key: string; path: string; input: unknown },
  act: (deps: Deps) => Promise<unknown>,
): Promise<unknown> {
  const call = { method: "POST", originalUrl: `/trpc/${path}` };
  const keyed = { key, request: requestDigest(scope, call, input) };
  const answer = await answerOnce(deps, scope, keyed, async (inner) => {
    const body = Buffer.from(JSON.stringify(await act(inner)));
    return { status: 200, headers: { "Content-Type": "application/json" }, body };
  });
  if (answer.replayed) resHeaders.set("Idempotent-Replayed", "true");
  return JSON.parse(Buffer.from(answer.body).toString());
}
