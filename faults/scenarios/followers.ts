import { changeOneByOne, startChangingJob } from "../changing-contacts.ts";
import { pause, secondsSince, until } from "../clock.ts";
import { FeedReader } from "../feed-reader.ts";
import { insist, json } from "../house-client.ts";
import { kill, killAndAwaitNext, killPostgres, type Tenant } from "../installation.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { newPeople, untilCompleted } from "../stage.ts";
import { WebhookReceiver } from "../webhook-receiver.ts";

/**
 * An endpoint and a reader of the changes follow a tenant whose contacts jobs and single requests change all the time. Whoever
 * applies what he is told, in the order in which he is told it, ends with the table.
 */
export const followers: Scenario = {
  name: "followers",
  what: "an endpoint that fails half of the times and a reader of the changes, the worker killed 6 times, PostgreSQL and the API 3 each",
  async run(stage) {
    const { chance, installation, short } = stage;
    const people = short ? 700 : 20_000;
    const tenant = await newPeople(stage, people);
    const receiver = await WebhookReceiver.open(chance);
    const over = new AbortController();
    try {
      await followByWebhook(stage, tenant, receiver);
      const hurrying = hurry(stage, tenant, over.signal);
      const reader = new FeedReader(installation.url, tenant);
      const reading = reader.follow(over.signal);
      const writing = changeOneByOne(stage, tenant, over.signal);
      const often = { worker: short ? 1 : 6, postgres: short ? 1 : 3, api: short ? 0 : 3 };
      const kinds = chance.shuffled(
        Object.entries(often).flatMap(([kind, n]) => Array<string>(n).fill(kind)),
      );
      const jobs: string[] = [];
      let since = 0;
      for (const [n, kind] of kinds.entries()) {
        jobs.push(await startChangingJob(installation.url, tenant, n, people));
        await pause(50 + chance.below(short ? 300 : 1500));
        const told = receiver.requests.length;
        if (kind === "worker") await killAndAwaitNext(installation.worker);
        else if (kind === "postgres") await killPostgres(installation);
        else if (installation.api.pid !== undefined) kill(installation.api.pid, "SIGKILL");
        since = performance.now();
        // Somebody was being told, and goes on to be: of two requests the endpoint fails one.
        await until("the endpoint is told more", async () => receiver.requests.length > told + 1 || null);
      }
      for (const jobId of jobs) await untilCompleted(installation.url, tenant, jobId);
      over.abort();
      const written = await writing;
      await Promise.all([hurrying, reading]);

      receiver.behave();
      const problems = await unsettled(stage, tenant, receiver, reader);
      problems.push(...receiver.problems, ...reader.problems);
      if (receiver.failed < kinds.length)
        problems.push("the endpoint took nearly everything: nothing was tried");
      problems.push(...(await wrongDeliveries(stage, tenant, receiver)));
      const notes = [
        `${receiver.failed} of ${receiver.requests.length} requests to the endpoint failed, ${reader.pages} pages were read, ${written} single changes were made`,
      ];
      return {
        faults: kinds.length,
        // Contacts are changed all the time.
        landed: kinds.length,
        slowestReturn: null,
        finishedAfter: secondsSince(since),
        problems,
        notes,
      };
    } finally {
      over.abort();
      await receiver.close();
    }
  },
};

async function followByWebhook(
  { installation }: Stage,
  tenant: Tenant,
  receiver: WebhookReceiver,
): Promise<void> {
  const events = [
    "contact.created",
    "contact.updated",
    "contact.deleted",
    "import.completed",
    "job.completed",
  ];
  const wish = { url: receiver.url, events, includeImports: true };
  const request = { method: "POST", path: "/v1/webhooks", body: json(wish) } as const;
  const { answer } = await insist<{ data: { id: string; secret: string } }>(
    installation.url,
    tenant,
    request,
  );
  receiver.secret = answer.data.secret;
  const replay = {
    method: "POST",
    path: `/v1/webhooks/${answer.data.id}/replay`,
    body: json({ from: "beginning" }),
  } as const;
  await insist(installation.url, tenant, replay);
}

/** Lets the pauses between two tries be over: they are seconds and minutes, and have tests of their own. */
async function hurry({ installation }: Stage, { tenantId }: Tenant, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await pause(200);
    await installation.deps.sql`
      update webhooks set next_attempt_at = now() where tenant_id = ${tenantId} and next_attempt_at > now()
    `.catch(() => {});
  }
}

/** Waits until both know what the table says. @returns who never does */
async function unsettled(
  { installation }: Stage,
  { tenantId }: Tenant,
  receiver: WebhookReceiver,
  reader: FeedReader,
): Promise<string[]> {
  const { sql } = installation.deps;
  const problems: string[] = [];
  const patience = performance.now() + 60_000;
  for (const [who, copy] of [
    ["the endpoint", receiver.copy],
    ["the reader", reader.copy],
  ] as const) {
    for (;;) {
      await sql`update webhooks set next_attempt_at = now() where tenant_id = ${tenantId}`;
      while (await reader.read());
      const difference = await copy.difference(sql, tenantId);
      if (difference === null) break;
      if (performance.now() > patience) {
        problems.push(`of ${who} ${difference}`);
        break;
      }
      await pause(100);
    }
  }
  return problems;
}

/** A request that was not taken comes next, under its id, unless nothing of it holds any more. */
async function wrongDeliveries(
  { installation }: Stage,
  { tenantId }: Tenant,
  { requests }: WebhookReceiver,
): Promise<string[]> {
  const log = await installation.deps.sql<{ id: string; state: string }[]>`
    select id, state from webhook_deliveries where tenant_id = ${tenantId}`;
  const states = new Map(log.map(({ id, state }) => [id, state]));
  const found: string[] = [];
  for (const [n, { id, took }] of requests.entries()) {
    const state = states.get(id);
    if (state !== "delivered" && state !== "superseded") found.push(`a request is ${state} in the log`);
    const next = requests[n + 1];
    if (!took && next !== undefined && next.id !== id && state !== "superseded") {
      found.push(`request ${n} was not taken, and another one came next`);
    }
  }
  return found.slice(0, 3);
}
