import { request as plainRequest } from "node:http";
import { request as encryptedRequest } from "node:https";
import type { PostOutcome } from "@roster/domain/webhooks/webhook-retry.ts";
import type { WebhookPost } from "@roster/usecases/webhooks/webhook-run.ts";
import { AddressRefused, checkLiteral, guardedLookup } from "./receiver-address.ts";

/** An answer's body is of no use; so many bytes of it are let in, for receivers that want to be heard out. */
const answerLimit = 64 * 1024;

export type PostRules = {
  /** Whether receivers may be on this machine and in private networks. */
  allowPrivate: boolean;
  /** For the whole of a request, from the look-up of the name to the answer, in ms. */
  timeoutMs: number;
};

/** Sends requests to endpoints. Redirects are not followed: where they lead was not checked by the endpoint's owner. */
export function webhookPost({ allowPrivate, timeoutMs }: PostRules): WebhookPost {
  return async ({ url, headers, body }, leave) => {
    try {
      const target = new URL(url);
      const isEncrypted = target.protocol === "https:";
      const rules = { allowPrivate, isEncrypted };
      checkLiteral(target.hostname, rules);
      const status = await send(target, body, {
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        lookup: guardedLookup(rules),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), leave]),
      });
      return { status, error: problemOf(status) };
    } catch (error) {
      return { status: null, error: failureSentence(error, timeoutMs) };
    }
  };
}

function send(
  target: URL,
  body: string,
  options: {
    headers: Record<string, string>;
    lookup: ReturnType<typeof guardedLookup>;
    signal: AbortSignal;
  },
): Promise<number> {
  const request = target.protocol === "https:" ? encryptedRequest : plainRequest;
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    // Once the status is known it does not matter how the rest of the answer ends.
    const end = (error?: Error) => (status === undefined ? reject(error) : resolve(status));
    // No agent: a connection that was kept could have been checked for another endpoint.
    const sent = request(target, { ...options, method: "POST", agent: false }, (answer) => {
      status = answer.statusCode!;
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > answerLimit) answer.destroy();
      });
      answer.on("close", end).on("error", end);
    });
    sent.on("error", end);
    sent.end(body);
  });
}

/** What is wrong with an answer's status, as a sentence; null for one that says that the request was taken. */
function problemOf(status: number): PostOutcome["error"] {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    return `It answered ${status}, a redirect, which is not followed. Give the endpoint the address that it leads to.`;
  }
  return `It answered ${status}.`;
}

function failureSentence(error: unknown, timeoutMs: number): string {
  if (error instanceof AddressRefused) return error.message;
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === "TimeoutError" || name === "AbortError")
    return `It did not answer within ${timeoutMs / 1000} s.`;
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name of its host could not be looked up (${code}).`;
    case "ECONNREFUSED":
      return "Nobody listens at its address (ECONNREFUSED).";
    case "ECONNRESET":
    case "EPIPE":
      return `It broke the connection off (${code}).`;
    default:
      return `The request failed: ${(message || code) ?? "unknown"}.`;
  }
}
