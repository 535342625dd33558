import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Request as ExpressRequest, Response as ExpressResponse, RequestHandler } from "express";
import type { Logger } from "pino";
import { scopeOf } from "../authenticate.ts";
import { requestBytes } from "../request-bytes.ts";
import type { RequestLimit } from "../request-limit.ts";
import { callKey } from "./idempotency.ts";
import { type Context, refusalOf } from "./init.ts";
import { appRouter } from "./router.ts";

/** Everything but an upload is small, but for a list of 10,000 contacts; what has not arrived in time is not waited for. */
const jsonBytes = 1024 * 1024;
const listBytes = 10 * 1024 * 1024;
const deadlineMs = 30_000;

/**
 * The tRPC router behind Express, at `path`. Through the fetch adapter: the Express adapter takes a body into memory as
 * fast as it arrives, whether or not anybody reads it, and a 1 GB upload with it.
 */
export function trpcHandler(
  deps: Deps,
  logger: Logger,
  requests: RequestLimit,
  path: string,
  stopping: AbortSignal,
): RequestHandler {
  return async (req, res) => {
    if (req.method === "OPTIONS") return void res.set("Allow", "GET, POST").status(204).end();
    const left = new AbortController();
    res.once("close", () => left.abort());
    const response = await fetchRequestHandler({
      endpoint: path,
      maxBatchSize: 100,
      router: appRouter,
      req: fetchRequest(req, left.signal),
      createContext: ({ info, resHeaders }): Context => ({
        deps,
        stopping,
        scope: onceScope(deps, requests, req, resHeaders),
        idempotencyKey: () => callKey(req.headers, info.calls.length),
        resHeaders,
      }),
      onError({ error }) {
        const refusal = refusalOf(error);
        const bug = error.code === "INTERNAL_SERVER_ERROR" && refusal === null && !left.signal.aborted;
        if (bug) logger.error({ requestId: req.id, err: error.cause ?? error }, "unexpected error");
        if (refusal?.code === "storage_full")
          logger.error({ requestId: req.id, err: error.cause }, "a full disk");
      },
    });
    await send(response, res);
  };
}

/** Who calls, asked and counted once: a batch of calls is one request. */
function onceScope(
  deps: Deps,
  requests: RequestLimit,
  req: ExpressRequest,
  resHeaders: Headers,
): () => Promise<CallerScope> {
  const credentials = { authorization: req.headers.authorization, tenant: req.get("x-tenant-id") };
  const ask = async () => {
    const scope = await scopeOf(deps, credentials);
    await requests.take(scope, "X-RateLimit", (name, value) => resHeaders.set(name, value));
    return scope;
  };
  let scope: Promise<CallerScope> | undefined;
  return () => (scope ??= ask());
}

function fetchRequest(req: ExpressRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  // The host is of no interest to the router, and the sender's may be malformed.
  return new Request(new URL(req.originalUrl, "http://localhost"), {
    method: req.method,
    headers,
    signal,
    ...(hasBody && { body: ReadableStream.from(bodyOf(req)), duplex: "half" }),
  });
}

/** Pulled by its reader, so that memory stays flat; what is no upload has a limit. */
async function* bodyOf(req: ExpressRequest): AsyncGenerator<Uint8Array> {
  const isUpload = req.is("application/octet-stream") !== false;
  const deadline = isUpload ? undefined : setTimeout(() => req.destroy(), deadlineMs);
  const limit = req.path.endsWith("/contacts.upsertMany") ? listBytes : jsonBytes;
  let bytes = 0;
  try {
    for await (const chunk of requestBytes(req)) {
      bytes += chunk.length;
      if (!isUpload && bytes > limit) throw new TRPCError({ code: "PAYLOAD_TOO_LARGE" });
      yield chunk;
    }
  } finally {
    clearTimeout(deadline);
  }
}

async function send(response: Response, res: ExpressResponse): Promise<void> {
  res.status(response.status);
  for (const [name, value] of response.headers) res.setHeader(name, value);
  // What fails before any call is looked at is JSON too, but tRPC does not say so.
  if (response.headers.get("content-type")?.startsWith("text/plain")) res.type("json");
  if (response.body === null) return void res.end();
  res.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(response.body), res);
  } catch {
    // The reader went away, or a subscription's connection was cut: tRPC has told its own errors in the stream.
    res.destroy();
  }
}
