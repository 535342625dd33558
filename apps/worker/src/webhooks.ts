import type { Deps } from "@roster/usecases/deps.ts";
import {
  defaultDeliverySettings,
  queueDueWebhooks,
  runWebhook,
} from "@roster/usecases/webhooks/webhook-run.ts";
import { type Logger as QueueLogger, run } from "graphile-worker";
import type { Logger } from "pino";
import { z } from "zod";
import { keepDoing } from "./loop.ts";
import { type PostRules, webhookPost } from "./webhook-post.ts";

export type WebhookOptions = PostRules & {
  /** Endpoints that are sent to at a time. */
  concurrency: number;
};

const WebhookPayload = z.object({ tenantId: z.uuid(), webhookId: z.uuid() });

/** How long an endpoint is held beyond what a request can last: for the transactions around it. */
const leaseSpareMs = 5000;

/**
 * Sends to endpoints until the worker leaves. With a queue of their own: a receiver that takes its time must not hold up an
 * import.
 * @returns what stops it
 */
export async function startWebhooks(
  deps: Deps,
  log: Logger,
  {
    databaseUrl,
    queueLogger,
    ...options
  }: WebhookOptions & { databaseUrl: string; queueLogger: QueueLogger },
): Promise<{ stop(): Promise<void>; ended: Promise<void> }> {
  const leave = new AbortController();
  const post = webhookPost(options);
  const settings = { ...defaultDeliverySettings, leaseMs: options.timeoutMs + leaseSpareMs };
  const runner = await run({
    connectionString: databaseUrl,
    concurrency: options.concurrency,
    // Connections are made when they are needed: its own statements are short, fetching a task and noting its end.
    maxPoolSize: options.concurrency,
    pollInterval: 2000,
    noHandleSignals: true,
    parsedCronItems: [],
    taskList: {
      "deliver-webhook": (payload) =>
        runWebhook(deps, WebhookPayload.parse(payload), post, leave.signal, settings),
    },
    logger: queueLogger,
  });
  const failed = "endpoints that have something to be sent could not be looked for";
  const looking = keepDoing(() => queueDueWebhooks(deps), { log, leave: leave.signal, failed });
  return {
    ended: runner.promise,
    async stop() {
      leave.abort();
      await runner.stop();
      await looking;
    },
  };
}
