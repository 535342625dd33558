import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { type Refusal, refusalMessage } from "@roster/domain/refusal.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { refusedWith } from "@roster/usecases/refusal.ts";
import { initTRPC, TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { issuesOf } from "../input-issue.ts";
import { keyUnusable } from "../keyed-request.ts";
import { readLimit } from "../page-limit.ts";
import { callOnce } from "./idempotency.ts";

/** What one request brings. `scope` authenticates once, however many calls a batch has. */
export type Context = {
  deps: Deps;
  scope: () => Promise<CallerScope>;
  /** Aborted when the server is asked to stop: subscriptions end then, and their clients connect anew. */
  stopping: AbortSignal;
  /** The request's Idempotency-Key; null if it has none. @throws Refused when it is none, or stands for several calls */
  idempotencyKey: () => string | null;
  /** The headers of the answer. */
  resHeaders: Headers;
};

/** tRPC's word, and by it the HTTP status, for each refusal. */
const codes = {
  invalid: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  bad_signature: "UNAUTHORIZED",
  missing_scope: "FORBIDDEN",
  tenant_forbidden: "FORBIDDEN",
  plan_limit_exceeded: "FORBIDDEN",
  not_found: "NOT_FOUND",
  name_taken: "CONFLICT",
  in_use: "CONFLICT",
  email_taken: "CONFLICT",
  external_id_taken: "CONFLICT",
  contact_exists: "CONFLICT",
  cannot_reactivate: "CONFLICT",
  cannot_merge: "CONFLICT",
  merge_not_undoable: "CONFLICT",
  job_not_cancellable: "CONFLICT",
  job_not_undoable: "CONFLICT",
  job_not_retryable: "CONFLICT",
  report_expired: "NOT_FOUND",
  idempotency_key_reused: "CONFLICT",
  idempotency_in_progress: "CONFLICT",
  rate_limited: "TOO_MANY_REQUESTS",
  body_too_large: "PAYLOAD_TOO_LARGE",
  too_many_items: "BAD_REQUEST",
  unsupported_media_type: "UNSUPPORTED_MEDIA_TYPE",
  bad_upload: "BAD_REQUEST",
  busy: "SERVICE_UNAVAILABLE",
  unreachable: "SERVICE_UNAVAILABLE",
  // tRPC has no word for 507.
  storage_full: "SERVICE_UNAVAILABLE",
} satisfies Record<Refusal["code"], TRPCError["code"]>;

/** Why a call was turned down, if it was: by a use case, or by the schema of its input. */
export function refusalOf(error: TRPCError): Refusal | null {
  if (error.cause instanceof z.core.$ZodError) return { code: "invalid", issues: issuesOf(error.cause) };
  return refusedWith(error.cause);
}

const t = initTRPC.context<Context>().create({
  isDev: false,
  // Well within the server's idle timeout, and within the 60 s of common proxies.
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
  errorFormatter({ shape, error }) {
    const refusal = refusalOf(error);
    const code = refusal === null ? error.code : codes[refusal.code];
    const isBug = code === "INTERNAL_SERVER_ERROR";
    return {
      message:
        refusal !== null
          ? refusalMessage(refusal)
          : isBug
            ? "Something went wrong on the server."
            : error.message,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: {
        ...shape.data,
        code,
        httpStatus: getHTTPStatusCodeFromError(new TRPCError({ code })),
        /** The reason as a word for programs. */
        refusal: refusal?.code ?? null,
        /** The reason with all its particulars, such as the fields of an invalid input. */
        details: refusal,
      },
    };
  },
});

export const router = t.router;

/** A call by somebody with a valid key; whether the key may do it is the use case's to say. */
const called = t.procedure.use(async ({ ctx, next }) => {
  const scope = await ctx.scope();
  return next({ ctx: { ...ctx, scope } });
});

/**
 * A call whose mutation is done once for an Idempotency-Key, but for a stream of bytes: it is nobody's before an import takes
 * it.
 */
export const procedure = called.use(async ({ ctx, type, path, getRawInput, next }) => {
  const key = type === "mutation" ? ctx.idempotencyKey() : null;
  if (key === null) return next({ ctx });
  const input = await getRawInput();
  if (input instanceof ReadableStream) return next({ ctx });
  const data = await callOnce(ctx, { key, path, input }, async (deps) => {
    const result = await next({ ctx: { ...ctx, deps } });
    if (!result.ok) throw result.error;
    return result.data;
  });
  // The marker exists in types alone: it keeps a middleware from forgetting what `next` returned.
  return { ok: true, data, marker: "middlewareMarker" as never };
});

/** A call whose answer is a secret: it is kept nowhere, and so cannot be given again. */
export const unrepeated = called.use(async ({ ctx, next }) => {
  if (ctx.idempotencyKey() === null) return next({ ctx });
  throw keyUnusable();
});

/** A page's size: above the maximum it is clamped. */
export const Limit = z
  .number()
  .optional()
  .transform(readLimit({ default: 50, max: 1000 }));
