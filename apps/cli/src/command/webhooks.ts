import { setTimeout } from "node:timers/promises";
import type { RosterClient } from "@roster/client/client.ts";
import type { DeliveryState } from "@roster/domain/webhooks/webhook.ts";
import type { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";

type Webhook = Awaited<ReturnType<RosterClient["webhooks"]["get"]["query"]>>;
type Delivery = Awaited<ReturnType<RosterClient["webhooks"]["delivery"]["query"]>>;

export type CreateFlags = {
  events: WebhookEvent[];
  includeImports?: boolean;
  description?: string;
  json?: boolean;
};

/** A test is sent within seconds, and a request may take a minute at most; so often it is looked at, in ms. */
const testPatienceMs = 70_000;
const testPauseMs = 250;

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The endpoints, one a line, and under it why one is off or failing. */
export async function listWebhooks(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const webhooks = await connect(settings).client.webhooks.list.query();
  if (json) return print(JSON.stringify(webhooks));
  if (webhooks.length === 0) {
    return print(
      `There is no endpoint yet. Make one: ${run} webhooks create https://… --events contact.updated`,
    );
  }
  print(textTable([["endpoint", "state", "last taken", "address", "is told"], ...webhooks.map(webhookRow)]));
  for (const { id, disabled } of webhooks)
    if (disabled !== null) print(`${id}: ${printable(disabled.message, 300)}`);
}

function webhookRow({ id, url, events, includeImports, lastDeliveredAt, ...state }: Webhook): string[] {
  const told = [...events, ...(includeImports ? ["(imports' contacts too)"] : [])].join(", ");
  return [id, stateWord(state), minuteOf(lastDeliveredAt), printable(url, 60), told];
}

function stateWord({
  isActive,
  disabled,
  failures,
}: Pick<Webhook, "isActive" | "disabled" | "failures">): string {
  if (!isActive) return disabled === null ? "off" : "given up";
  return failures === 0 ? "on" : `failing (${count(failures)})`;
}

/** Makes an endpoint and shows its secret. */
export async function createWebhook(
  settings: Settings,
  url: string,
  { events, includeImports = false, description, json }: CreateFlags,
): Promise<void> {
  const { client } = connect(settings);
  const wish = { url, events, includeImports, ...(description !== undefined && { description }) };
  const made = await client.webhooks.create.mutate(wish);
  if (json) return print(JSON.stringify(made));
  print(`Endpoint ${made.id} is told what happens from now on. Requests are signed with this secret:\n`);
  print(`  ${made.secret}\n`);
  print(`It is not shown again. Try it out: ${run} webhooks test ${made.id}`);
}

export async function deleteWebhook(settings: Settings, id: string): Promise<void> {
  await connect(settings).client.webhooks.delete.mutate({ id });
  print(`Endpoint ${id} is gone, with its log.`);
}

export async function switchWebhook(settings: Settings, id: string, isActive: boolean): Promise<void> {
  await connect(settings).client.webhooks.update.mutate({ id, isActive });
  print(
    isActive
      ? `Endpoint ${id} is on, and goes on where it was.`
      : `Endpoint ${id} is off. Nothing is lost: switched on again it is told what each contact is by then.`,
  );
}

export async function rotateSecret(settings: Settings, id: string): Promise<void> {
  const { secret, formerValidUntil } = await connect(settings).client.webhooks.rotateSecret.mutate({ id });
  print(
    `Requests are signed with this secret, and until ${minuteOf(formerValidUntil)} UTC with the former one too:\n`,
  );
  print(`  ${secret}\n\nIt is not shown again.`);
}

/** Sends a test and waits for what comes of it. @returns the exit code: 1 if it was not taken */
export async function testWebhook(settings: Settings, id: string): Promise<0 | 1> {
  const { client } = connect(settings);
  let delivery = await client.webhooks.test.mutate({ id });
  const until = Date.now() + testPatienceMs;
  while (delivery.state === "pending") {
    if (Date.now() > until) {
      throw new CommandError(
        "No worker has sent the test so far. Is one running, with WEBHOOKS_SEND not false?",
      );
    }
    await setTimeout(testPauseMs);
    delivery = await client.webhooks.delivery.query({ webhookId: id, id: delivery.id });
  }
  const taken = delivery.state === "delivered";
  const answer = printable(delivery.error ?? "", 300);
  print(
    taken ? `It was taken: the endpoint answered ${delivery.responseStatus}.` : `It was not taken. ${answer}`,
  );
  return taken ? 0 : 1;
}

/** The newest requests to an endpoint, one a line. */
export async function listDeliveries(
  settings: Settings,
  id: string,
  { limit, state, json }: { limit: number; state?: DeliveryState; json?: boolean },
): Promise<void> {
  const page = await connect(settings).client.webhooks.deliveries.query({
    id,
    limit,
    ...(state && { state }),
  });
  if (json) return print(JSON.stringify(page.deliveries));
  if (page.deliveries.length === 0) return print("There are no such requests.");
  const head = ["request", "made", "what", "state", "changes", "tries", "status", ""];
  print(textTable([head, ...page.deliveries.map(deliveryRow)], [4, 5, 6]));
  if (page.hasMore) print(moreLine(limit));
}

function deliveryRow(delivery: Delivery): string[] {
  const { id, createdAt, kind, state, items, attempts, responseStatus, error } = delivery;
  const numbers = [count(items), count(attempts), responseStatus === null ? "–" : String(responseStatus)];
  return [id, minuteOf(createdAt), kind, state, ...numbers, printable(error ?? "", 100)];
}

/** Sends one request once more, or everything from a place on. */
export async function replay(
  settings: Settings,
  id: string,
  { from, delivery }: { from?: string; delivery?: string },
): Promise<void> {
  const { client } = connect(settings);
  if (delivery !== undefined) {
    await client.webhooks.replayDelivery.mutate({ webhookId: id, id: delivery });
    return print(`Request ${delivery} is sent once more.`);
  }
  if (from === undefined) throw new CommandError("Say what: --from a place, or --delivery a request.", 2);
  await client.webhooks.replay.mutate({ id, from });
  print(
    from === "now"
      ? "What waited is left out."
      : `Endpoint ${id} is told everything once more from there on.`,
  );
}
