import {
  DeliveryState,
  WebhookDescription,
  WebhookEvents,
  WebhookUrl,
} from "@roster/domain/webhooks/webhook.ts";
import {
  type Delivery,
  getDelivery,
  listDeliveries,
  replayDelivery,
  testWebhook,
} from "@roster/usecases/webhooks/webhook-log.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  replayWebhook,
  rotateWebhookSecret,
  updateWebhook,
  type Webhook,
} from "@roster/usecases/webhooks/webhooks.ts";
import { z } from "zod";
import { ReplayPlace } from "../replay-place.ts";
import { Limit, procedure, router } from "./init.ts";

const Id = z.strictObject({ id: z.string() });
const DeliveryId = z.strictObject({ webhookId: z.string(), id: z.string() });

const settings = {
  url: WebhookUrl,
  events: WebhookEvents,
  description: WebhookDescription,
  includeImports: z.boolean(),
  isActive: z.boolean(),
};

/** An endpoint on the wire: times are ISO 8601 texts. `nextAttemptAt` only while a request is to be tried again. */
function shown({ tenantId: _, ...webhook }: Webhook) {
  const isRetrying = webhook.failures > 0 && webhook.isActive;
  return {
    ...webhook,
    failingSince: webhook.failingSince?.toISOString() ?? null,
    nextAttemptAt: isRetrying ? webhook.nextAttemptAt.toISOString() : null,
    lastDeliveredAt: webhook.lastDeliveredAt?.toISOString() ?? null,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}

function shownDelivery({ webhookId: _, ...delivery }: Delivery) {
  return {
    ...delivery,
    createdAt: delivery.createdAt.toISOString(),
    attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
  };
}

/** Endpoints that are told of changes, and the log of what they were told. */
export const webhooks = router({
  /** All of them, newest first. */
  list: procedure.query(async ({ ctx }) => (await listWebhooks(ctx.deps, ctx.scope)).map(shown)),

  get: procedure
    .input(Id)
    .query(async ({ ctx, input }) => shown(await getWebhook(ctx.deps, ctx.scope, input.id))),

  /** Makes an endpoint that is told what happens from now on, and shows its secret, the only time that it can be seen. */
  create: procedure
    .input(
      z.strictObject({
        ...settings,
        description: settings.description.default(null),
        includeImports: settings.includeImports.default(false),
        isActive: settings.isActive.default(true),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { secret, ...webhook } = await createWebhook(ctx.deps, ctx.scope, input);
      return { ...shown(webhook), secret };
    }),

  update: procedure
    .input(z.strictObject({ ...Id.shape, ...z.object(settings).partial().shape }))
    .mutation(async ({ ctx, input: { id, ...changes } }) =>
      shown(await updateWebhook(ctx.deps, ctx.scope, id, changes)),
    ),

  delete: procedure.input(Id).mutation(async ({ ctx, input: { id } }) => {
    await deleteWebhook(ctx.deps, ctx.scope, id);
    return { id };
  }),

  /** For 24 h requests are signed with the former secret too. */
  rotateSecret: procedure.input(Id).mutation(async ({ ctx, input }) => {
    const { secret, formerValidUntil } = await rotateWebhookSecret(ctx.deps, ctx.scope, input.id);
    return { secret, formerValidUntil: formerValidUntil.toISOString() };
  }),

  /** Sends a request that tells nothing, within seconds; `delivery` tells what came of it. */
  test: procedure
    .input(Id)
    .mutation(async ({ ctx, input }) => shownDelivery(await testWebhook(ctx.deps, ctx.scope, input.id))),

  /** Tells everything once more from some place on: `beginning`, `now`, a time, or a cursor of `contacts.changes`. */
  replay: procedure
    .input(z.strictObject({ ...Id.shape, from: ReplayPlace }))
    .mutation(async ({ ctx, input: { id, from } }) =>
      shown(await replayWebhook(ctx.deps, ctx.scope, id, from)),
    ),

  /** The requests to an endpoint, newest first. */
  deliveries: procedure
    .input(
      z.strictObject({
        ...Id.shape,
        limit: Limit,
        cursor: z.string().optional(),
        state: DeliveryState.optional(),
      }),
    )
    .query(async ({ ctx, input: { id, ...query } }) => {
      const page = await listDeliveries(ctx.deps, ctx.scope, id, query);
      return { ...page, deliveries: page.deliveries.map(shownDelivery) };
    }),

  delivery: procedure
    .input(DeliveryId)
    .query(async ({ ctx, input: { webhookId, id } }) =>
      shownDelivery(await getDelivery(ctx.deps, ctx.scope, webhookId, id)),
    ),

  /** Sends one request once more, under its id. */
  replayDelivery: procedure
    .input(DeliveryId)
    .mutation(async ({ ctx, input: { webhookId, id } }) =>
      shownDelivery(await replayDelivery(ctx.deps, ctx.scope, webhookId, id)),
    ),
});
