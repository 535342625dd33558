import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type Answer, answerOnce } from "@roster/usecases/accounts/idempotency.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import type { Request, Response } from "express";
import { idempotencyKey, requestDigest } from "../keyed-request.ts";

/** What a route answers when it did what it was asked; whatever else is thrown. */
export type Reply = { status: number; body: object };

/**
 * Answers a writing POST of any dialect. With an Idempotency-Key the first answer is kept in the transaction of the effect and
 * replayed to whoever repeats the request; without one `act` is simply done.
 * @param content what the request is about, for telling a repeat from another request: its body, or its file's SHA-256 with
 *   the options
 * @param act does all that it does through the deps that it is given
 * @throws Refused invalid (the key), idempotency_key_reused, idempotency_in_progress, and whatever `act` throws
 */
export async function replyOnce(
  { deps, scope, req, res }: { deps: Deps; scope: TenantScope; req: Request; res: Response },
  content: unknown,
  act: (deps: Deps) => Promise<Reply>,
): Promise<void> {
  const key = idempotencyKey(req.headers);
  if (key === null) return send(res, rendered(await act(deps)));
  const keyed = { key, request: requestDigest(scope, req, content) };
  const answer = await answerOnce(deps, scope, keyed, async (inner) => rendered(await act(inner)));
  if (answer.replayed) res.set("Idempotent-Replayed", "true");
  send(res, answer);
}

function rendered({ status, body }: Reply): Answer {
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

function send(res: Response, { status, headers, body }: Answer): void {
  res
    .status(status)
    .set({ ...headers })
    .send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
