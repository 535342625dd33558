import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import type { PostOutcome } from "@roster/domain/webhooks/webhook-retry.ts";
import { feedSettled } from "@roster/store/testing.ts";
import type { Deps } from "../src/deps.ts";
import { type DeliverySettings, defaultDeliverySettings, runWebhook } from "../src/webhooks/webhook-run.ts";
import { createWebhook, type Webhook } from "../src/webhooks/webhooks.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a request holds is what the tests find out
export type Item = any;
export type Received = {
  url: string;
  id: string;
  type: string;
  data: Item[];
  headers: Record<string, string>;
};

/** A receiver in this process: what came, and how it answers. */
export class Receiver {
  readonly received: Received[] = [];
  /** Called when a request has come. */
  answer: (request: Received) => PostOutcome | Promise<PostOutcome> = () => ({ status: 200, error: null });

  readonly post: Parameters<typeof runWebhook>[2] = async ({ url, headers, body }) => {
    const request: Received = { url, headers: { ...headers }, ...JSON.parse(body) };
    this.received.push(request);
    return this.answer(request);
  };

  /** The items of all requests, in order. */
  get items(): Item[] {
    return this.received.flatMap(({ data }) => data);
  }
}

export const failing = (status: number | null = 500) => ({ status, error: `It answered ${status}.` });

/** Works for an endpoint until the feed is told to its end, or a request failed. */
export async function deliver(
  deps: Deps,
  { tenantId, id }: Webhook,
  receiver: Receiver,
  settings: Partial<DeliverySettings> = {},
): Promise<void> {
  await feedSettled(deps.sql);
  const never = new AbortController().signal;
  const all = { ...defaultDeliverySettings, sliceMs: 60_000, ...settings };
  await runWebhook(deps, { tenantId, webhookId: id }, receiver.post, never, all);
}

/** As if the pauses before the next try were over, and whoever holds the endpoint was dead. */
export async function later(deps: Deps, { id }: Webhook): Promise<void> {
  await deps.sql`update webhooks set next_attempt_at = now(), lease_until = null where id = ${id}`;
}

export function endpoint(
  deps: Deps,
  scope: TenantScope,
  wishes: { events?: WebhookEvent[]; includeImports?: boolean } = {},
): Promise<Webhook & { secret: string }> {
  return createWebhook(deps, scope, {
    url: "https://example.com/hook",
    description: null,
    events: [...WebhookEvent.options],
    includeImports: false,
    isActive: true,
    ...wishes,
  });
}
