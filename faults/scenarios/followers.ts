import { pause, secondsSince, until } from "../clock.ts";
import { type ContactChange, ContactCopy } from "../contact-copy.ts";
import { ask, type HouseRequest, insist, type JobStarted, json } from "../house-client.ts";
import { kill, killAndAwaitNext, killPostgres, type Tenant } from "../installation.ts";
import { missed, type Scenario, type Stage } from "../scenario.ts";
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
      const writing = write(stage, tenant, over.signal);
      const kinds = chance.shuffled([
        "worker",
        "postgres",
        ...(short
          ? []
          : ["worker", "worker", "worker", "worker", "worker", "postgres", "postgres", "api", "api", "api"]),
      ]);
      const jobs: string[] = [];
      let landed = 0;
      let since = 0;
      for (const [n, kind] of kinds.entries()) {
        jobs.push(await startJob(installation.url, tenant, n, people));
        await pause(50 + chance.below(short ? 300 : 1500));
        const told = receiver.requests.length;
        if (kind === "worker") await killAndAwaitNext(installation.worker);
        else if (kind === "postgres") await killPostgres(installation);
        else if (installation.api.pid !== undefined) kill(installation.api.pid, "SIGKILL");
        since = performance.now();
        // Somebody was being told, and goes on to be: of two requests the endpoint fails one.
        await until("the endpoint is told more", async () => receiver.requests.length > told + 1 || null);
        landed++;
      }
      for (const jobId of jobs) await untilCompleted(installation.url, tenant, jobId);
      over.abort();
      const written = await writing;
      await Promise.all([hurrying, reading]);

      receiver.behave();
      const problems = [
        ...receiver.problems,
        ...reader.problems,
        ...missed(kinds.length, landed, "while changes were told"),
      ];
      await settled(stage, tenant, receiver, reader, problems);
      if (receiver.failed < kinds.length)
        problems.push("the endpoint took nearly everything: nothing was tried");
      problems.push(...(await wrongDeliveries(stage, tenant, receiver)));
      const notes = [
        `${receiver.failed} of ${receiver.requests.length} requests to the endpoint failed, ${reader.pages} pages were read, ${written} single changes were made`,
      ];
      return {
        faults: kinds.length,
        landed,
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

/** A program that reads the changes page by page and keeps a copy by them. */
class FeedReader {
  readonly copy = new ContactCopy();
  readonly problems: string[] = [];
  pages = 0;
  readonly #url: string;
  readonly #tenant: Tenant;
  #cursor = "";

  constructor(url: string, tenant: Tenant) {
    this.#url = url;
    this.#tenant = tenant;
  }

  /** Reads a page. @returns whether there is more */
  async read(): Promise<boolean> {
    const path = `/v1/contacts/changes?limit=200${this.#cursor}`;
    const { status, body } = await ask(this.#url, this.#tenant, { method: "GET", path });
    if (status !== 200) {
      if (status < 500) this.problems.push(`the changes were answered ${status}: ${body}`);
      return false;
    }
    const page = JSON.parse(body) as {
      data: ContactChange[];
      cursor: string;
      hasMore: boolean;
      reset: boolean;
    };
    if (page.reset && this.pages > 0) this.problems.push("the way began anew");
    if (page.reset) this.copy.empty();
    for (const change of page.data) this.copy.apply(change);
    this.#cursor = `&cursor=${page.cursor}`;
    this.pages++;
    return page.hasMore;
  }

  async follow(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const more = await this.read().catch(() => false);
      if (!more) await pause(20);
    }
  }
}

/** An import that changes and adds people, or a change of all. */
async function startJob(url: string, tenant: Tenant, n: number, people: number): Promise<string> {
  const rows = Array.from(
    { length: Math.floor(people / 2) },
    (_, i) => `p${i * 3}@example.com,Imported ${n}\n`,
  );
  const file = { type: "text/csv", content: `email,firstName\n${rows.join("")}` };
  const change = { filter: {}, change: { action: "add_tags", tags: [`t${n}`] } };
  const { answer } = await insist<JobStarted>(
    url,
    tenant,
    n % 2 === 0
      ? { method: "POST", path: "/v1/contacts/imports", body: file }
      : { method: "POST", path: "/v1/contacts/bulk", body: json(change) },
  );
  return answer.data.jobId;
}

/** Two programs that change, delete and make people one by one. @returns how many answers they got */
async function write({ chance, installation }: Stage, tenant: Tenant, over: AbortSignal): Promise<number> {
  const people = await installation.deps.sql<{ id: string; email: string }[]>`
    select id, email from contacts where tenant_id = ${tenant.tenantId} order by email`;
  let answered = 0;
  const send = async (request: HouseRequest) => {
    const answer = await ask(installation.url, tenant, request).catch(() => null);
    if (answer !== null && answer.status < 300) answered++;
    await pause(10);
  };
  const program = async (name: string) => {
    for (let n = 0; !over.aborted; n++) {
      const { id, email } = people[chance.below(people.length)]!;
      const body = json({ firstName: `${name} ${n}` });
      await send({ method: "PATCH", path: `/v1/contacts/${id}`, body });
      await send({ method: "DELETE", path: `/v1/contacts/${id}` });
      // Some are made again: somebody else, of the same address.
      const made = chance.below(2) === 0 ? email : `${name}${n}@example.com`;
      await send({ method: "POST", path: "/v1/contacts", body: json({ email: made, firstName: name }) });
    }
  };
  await Promise.all([program("ann"), program("bob")]);
  return answered;
}

/** Waits until both know what the table says, and notes who never does. */
async function settled(
  { installation }: Stage,
  { tenantId }: Tenant,
  receiver: WebhookReceiver,
  reader: FeedReader,
  problems: string[],
): Promise<void> {
  const { sql } = installation.deps;
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
