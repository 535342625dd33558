import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { feedSettled } from "@roster/store/testing.ts";
import fc from "fast-check";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import { listContactChanges } from "../src/contacts/change-feed.ts";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import { cancelJob } from "../src/jobs/jobs.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { getDelivery, listDeliveries, replayDelivery, testWebhook } from "../src/webhooks/webhook-log.ts";
import { queueDueWebhooks } from "../src/webhooks/webhook-run.ts";
import {
  getWebhook,
  replayWebhook,
  rotateWebhookSecret,
  updateWebhook,
  type Webhook,
} from "../src/webhooks/webhooks.ts";
import { tableOf } from "./contact-copy.ts";
import { type ImportWorld, importWorldAt, openImportWorld } from "./import-world.ts";
import { backupOf, newPlace, restoreTo } from "./restored-world.ts";
import { deliver, endpoint, failing, later, Receiver } from "./webhook-world.ts";

let world: ImportWorld;
let scope: TenantScope;
let receiver: Receiver;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

let tenants = 0;
beforeEach(async () => {
  scope = await world.otherTenant(`hooks-${++tenants}`);
  receiver = new Receiver();
});

const put = (email: string, firstName: string | null = null) =>
  upsertContact(world.deps, scope, { email, firstName });
const remove = (email: string) => deleteContact(world.deps, scope, { email });
const told = () => receiver.items.map(({ type, contact }) => [type, contact?.email ?? null]);
const log = async (webhook: Webhook) =>
  (await listDeliveries(world.deps, scope, webhook.id, { limit: 100 })).deliveries;

test("an endpoint is told what happens after it was made: each contact once, as it is, in the order of the feed", async () => {
  await put("before@x.co");
  await feedSettled(world.deps.sql);
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  await put("b@x.co");
  await put("a@x.co", "Ann");
  const { contact } = await put("c@x.co");
  await remove("c@x.co");
  await deliver(world.deps, webhook, receiver);
  expect(told()).toEqual([
    ["contact.created", "b@x.co"],
    ["contact.updated", "a@x.co"],
    ["contact.deleted", null],
  ]);
  expect(receiver.items[1].contact).toMatchObject({ firstName: "Ann", status: "active", metadata: {} });
  expect(receiver.items[2].id).toMatch(/^con_/);
  expect(contact.email).toBe("c@x.co");
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received).toHaveLength(1);
});

test("a request has at most so many changes, none is told twice, and an endpoint gets what it asked for alone", async () => {
  const all = await endpoint(world.deps, scope);
  const deletions = await endpoint(world.deps, scope, { events: ["contact.deleted"] });
  const ids = [];
  for (let n = 0; n < 7; n++) ids.push((await put(`p${n}@x.co`)).contact.id);
  // All of them by one transaction.
  const { jobId } = await startBulkChange(world.deps, scope, {
    subjects: { ids },
    change: { action: "add_tags", tags: ["x"] },
    name: null,
  });
  await world.work(jobId, {}, scope);
  await remove("p3@x.co");
  await deliver(world.deps, all, receiver, { limit: 3, lookAhead: 4 });
  expect(receiver.received.map(({ data }) => data.length)).toEqual([3, 3, 2]);
  expect(told().map(([type, email]) => email ?? type)).toEqual([
    ...["p0@x.co", "p1@x.co", "p2@x.co", "p4@x.co", "p5@x.co", "p6@x.co"],
    ...["job.completed", "contact.deleted"],
  ]);
  receiver = new Receiver();
  await deliver(world.deps, deletions, receiver, { lookAhead: 2 });
  expect(told()).toEqual([["contact.deleted", null]]);
});

test("an import is told by its end alone, unless its contacts are asked for; its undo and what is cancelled too", async () => {
  const short = await endpoint(world.deps, scope);
  const long = await endpoint(world.deps, scope, { includeImports: true });
  await put("known@x.co");
  const { id } = await world.import("email,firstName\nnew@x.co,New\nknown@x.co,Known\n", {}, scope);
  await deliver(world.deps, short, receiver);
  expect(told()).toEqual([["import.completed", null]]);
  expect(receiver.items[0].job).toMatchObject({
    id,
    kind: "import",
    state: "completed",
    counters: { created: 1, updated: 1 },
  });
  receiver = new Receiver();
  await deliver(world.deps, long, receiver);
  expect(told()).toEqual(
    expect.arrayContaining([
      ["contact.created", "new@x.co"],
      ["contact.updated", "known@x.co"],
    ]),
  );
  expect(told().at(-1)).toEqual(["import.completed", null]);

  const undo = await undoJob(world.deps, scope, id);
  await world.work(undo.jobId, {}, scope);
  const waiting = await world.start("email\nnever@x.co\n", {}, scope);
  await cancelJob(world.deps, scope, waiting);
  receiver = new Receiver();
  await deliver(world.deps, short, receiver);
  expect(told()).toEqual([
    ["contact.deleted", null],
    ["contact.updated", "known@x.co"],
    ["job.completed", null],
    ["import.cancelled", null],
  ]);
});

test("a request is signed as Standard Webhooks has it, with a former secret too", async () => {
  const webhook = await endpoint(world.deps, scope);
  const first = webhook.secret;
  const { secret: second } = await rotateWebhookSecret(world.deps, scope, webhook.id);
  await put("a@x.co");
  let body = "";
  const post: Receiver["post"] = async (request, leave) => {
    ({ body } = request);
    return receiver.post(request, leave);
  };
  await deliver(world.deps, webhook, Object.assign(new Receiver(), { post }));
  const { headers } = receiver.received[0]!;
  for (const secret of [first, second]) {
    expect(new StandardWebhook(secret).verify(body, headers)).toMatchObject({ type: "changes" });
    expect(() => new StandardWebhook(secret).verify(`${body} `, headers)).toThrow();
  }
  expect(headers["webhook-id"]).toBe(receiver.received[0]!.id);
});

test("a request that fails stops the way, is tried again under its id when its time has come, and nothing overtakes it", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  receiver.answer = () => failing(503);
  await deliver(world.deps, webhook, receiver);
  await put("b@x.co");
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received).toHaveLength(1);
  const state = await getWebhook(world.deps, scope, webhook.id);
  expect(state).toMatchObject({ failures: 1, isActive: true, failingSince: expect.any(Date) });
  expect(state.nextAttemptAt.getTime() - Date.now()).toBeGreaterThan(2000);
  expect(await log(webhook)).toMatchObject([
    { state: "pending", attempts: 1, responseStatus: 503, error: "It answered 503.", items: 1 },
  ]);

  receiver.answer = () => ({ status: 204, error: null });
  await later(world.deps, webhook);
  await deliver(world.deps, webhook, receiver);
  expect(told().map(([, email]) => email)).toEqual(["a@x.co", "a@x.co", "b@x.co"]);
  expect(receiver.received[1]!.id).toBe(receiver.received[0]!.id);
  expect(receiver.received[2]!.id).not.toBe(receiver.received[0]!.id);
  expect(await getWebhook(world.deps, scope, webhook.id)).toMatchObject({ failures: 0, failingSince: null });
  expect((await log(webhook)).map(({ state, attempts }) => [state, attempts])).toEqual([
    ["delivered", 1],
    ["delivered", 2],
  ]);
});

test("what changed while its request failed is told as it is now, once", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co", "old");
  receiver.answer = () => failing();
  await deliver(world.deps, webhook, receiver);
  await put("a@x.co", "new");
  receiver = new Receiver();
  await later(world.deps, webhook);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.items.map(({ contact }) => contact.firstName)).toEqual(["new"]);
  expect((await log(webhook)).map(({ state }) => state)).toEqual(["delivered", "superseded"]);
});

test("whoever dies behind a request and in front of its note leaves it to be sent again, under the same id", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  receiver.answer = () => {
    throw new Error("killed");
  };
  await expect(deliver(world.deps, webhook, receiver)).rejects.toThrow("killed");
  receiver.answer = () => ({ status: 200, error: null });
  // While the dead one could still live, nobody else sends.
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received).toHaveLength(1);
  await later(world.deps, webhook);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[1]).toMatchObject({
    id: receiver.received[0]!.id,
    data: receiver.received[0]!.data,
  });
});

test("whoever lost an endpoint to another while it sent writes nothing down any more", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  const other = new Receiver();
  receiver.answer = async () => {
    await later(world.deps, webhook);
    await put("b@x.co");
    await deliver(world.deps, webhook, other);
    return failing();
  };
  await deliver(world.deps, webhook, receiver);
  expect(other.items.map(({ contact }) => contact.email)).toEqual(["a@x.co", "b@x.co"]);
  expect(await getWebhook(world.deps, scope, webhook.id)).toMatchObject({ failures: 0 });
  expect((await log(webhook)).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
});

test("after five days without a request that was taken, or a 410, an endpoint is off and says why; switched on it goes on where it was", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  receiver.answer = () => failing();
  await deliver(world.deps, webhook, receiver);
  await later(world.deps, webhook);
  await world.deps.sql`
    update webhooks set failing_since = now() - interval '5 days' where id = ${webhook.id}`;
  await deliver(world.deps, webhook, receiver);
  const off = await getWebhook(world.deps, scope, webhook.id);
  expect(off).toMatchObject({ isActive: false, disabled: { code: "failing" }, failures: 2 });
  expect(off.disabled!.message).toContain("It answered 500.");
  await later(world.deps, webhook);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received).toHaveLength(2);

  await put("b@x.co");
  const on = await updateWebhook(world.deps, scope, webhook.id, { isActive: true });
  expect(on).toMatchObject({ isActive: true, disabled: null, failures: 0 });
  receiver = new Receiver();
  await deliver(world.deps, webhook, receiver);
  expect(told().map(([, email]) => email)).toEqual(["a@x.co", "b@x.co"]);

  await put("c@x.co");
  receiver.answer = () => failing(410);
  await deliver(world.deps, webhook, receiver);
  expect(await getWebhook(world.deps, scope, webhook.id)).toMatchObject({ disabled: { code: "gone" } });
});

test("another address gets what the former one did not take, and what was under way to that does not count", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  receiver.answer = async () => {
    await updateWebhook(world.deps, scope, webhook.id, { url: "https://example.com/other" });
    return { status: 200, error: null };
  };
  await deliver(world.deps, webhook, receiver);
  receiver.answer = () => ({ status: 200, error: null });
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received.map(({ url, id }) => [url, id])).toEqual([
    ["https://example.com/hook", receiver.received[0]!.id],
    ["https://example.com/other", receiver.received[0]!.id],
  ]);
});

test("a test is sent once, in front of all others, also to an endpoint that fails or is off; taken, it brings the rest at once", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  receiver.answer = () => failing();
  await deliver(world.deps, webhook, receiver);
  const first = await testWebhook(world.deps, scope, webhook.id);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received.map(({ type }) => type)).toEqual(["changes", "test"]);
  expect(await getDelivery(world.deps, scope, webhook.id, first.id)).toMatchObject({
    state: "failed",
    kind: "test",
  });
  expect(await getWebhook(world.deps, scope, webhook.id)).toMatchObject({ failures: 1 });

  receiver = new Receiver();
  await testWebhook(world.deps, scope, webhook.id);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received.map(({ type }) => type)).toEqual(["test", "changes"]);
  await updateWebhook(world.deps, scope, webhook.id, { isActive: false });
  await testWebhook(world.deps, scope, webhook.id);
  await put("b@x.co");
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received.map(({ type }) => type)).toEqual(["test", "changes", "test"]);
});

test("a request is sent again under its id, and everything from a place on: the beginning, a time, a cursor, or not at all", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  await deliver(world.deps, webhook, receiver);
  const { cursor } = await listContactChanges(world.deps, scope, { limit: 10 });
  await put("b@x.co");
  await deliver(world.deps, webhook, receiver);
  const [b, a] = await log(webhook);
  await replayDelivery(world.deps, scope, webhook.id, a!.id);
  await deliver(world.deps, webhook, receiver);
  expect(receiver.received.map(({ id }) => id)).toEqual([a!.id, b!.id, a!.id]);
  await put("a@x.co", "changed");
  await replayDelivery(world.deps, scope, webhook.id, a!.id);
  receiver = new Receiver();
  await deliver(world.deps, webhook, receiver);
  // It changed since, and is told once, where it stands now.
  expect(told()).toEqual([["contact.updated", "a@x.co"]]);

  for (const [from, emails] of [
    ["beginning", ["b@x.co", "a@x.co"]],
    [new Date(0), ["b@x.co", "a@x.co"]],
    [{ cursor }, ["b@x.co", "a@x.co"]],
    ["now", []],
  ] as const) {
    receiver = new Receiver();
    await replayWebhook(world.deps, scope, webhook.id, from);
    await deliver(world.deps, webhook, receiver);
    expect([from, told().map(([, email]) => email)]).toEqual([from, emails]);
  }
});

test("who goes back to the beginning while a request fails is told from there, and nothing is left out", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  await deliver(world.deps, webhook, receiver);
  await put("b@x.co");
  receiver.answer = () => failing();
  await deliver(world.deps, webhook, receiver);
  await replayWebhook(world.deps, scope, webhook.id, "beginning");
  receiver = new Receiver();
  await deliver(world.deps, webhook, receiver);
  expect(told().map(([, email]) => email)).toEqual(["a@x.co", "b@x.co"]);
});

test("after a restore an endpoint is told so first, and goes on from the backup's place", async () => {
  const webhook = await endpoint(world.deps, scope);
  await put("a@x.co");
  await deliver(world.deps, webhook, receiver);
  const backup = await backupOf(world);
  const place = await newPlace();
  await restoreTo(place, backup);
  const restored = await importWorldAt(place, place.drop);
  try {
    await upsertContact(restored.deps, scope, { email: "since@x.co" });
    receiver = new Receiver();
    await deliver(restored.deps, webhook, receiver);
    expect(receiver.received.map(({ type }) => type)).toEqual(["restored", "changes"]);
    expect(told()).toEqual([["contact.created", "since@x.co"]]);
    await deliver(restored.deps, webhook, receiver);
    expect(receiver.received).toHaveLength(2);
  } finally {
    await restored.close();
  }
});

test("only endpoints that have something to be sent are queued, each as one job", async () => {
  await world.deps.sql`delete from webhooks`;
  const [idle, busy, off, waiting] = await Promise.all([
    endpoint(world.deps, await world.otherTenant(`idle-${tenants}`)),
    endpoint(world.deps, scope),
    endpoint(world.deps, scope),
    endpoint(world.deps, scope),
  ]);
  await updateWebhook(world.deps, scope, off.id, { isActive: false });
  await put("a@x.co");
  await feedSettled(world.deps.sql);
  await deliver(world.deps, waiting, Object.assign(receiver, { answer: () => failing() }));
  for (let n = 0; n < 3; n++) expect(await queueDueWebhooks(world.deps)).toBe(1);
  const queued = await world.deps.sql<{ key: string }[]>`
    select key from graphile_worker.jobs where task_identifier = 'deliver-webhook'`;
  expect(queued).toEqual([{ key: `webhook ${busy.id}` }]);
  await testWebhook(world.deps, scope, off.id);
  expect(await queueDueWebhooks(world.deps)).toBe(2);
  expect(idle.isActive).toBe(true);
});

test("a receiver that applies what it is told ends with the table, whatever fails, dies and changes in between", async () => {
  const Step = fc.record({
    action: fc.constantFrom("put" as const, "put" as const, "remove" as const, "import" as const),
    who: fc.nat(5),
    answers: fc.array(fc.constantFrom("taken" as const, "failed" as const, "died" as const), {
      maxLength: 3,
    }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(Step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, limit) => {
        scope = await world.otherTenant(`hooks-${++tenants}`);
        const webhook = await endpoint(world.deps, scope, { includeImports: true });
        receiver = new Receiver();
        const copy = new Map<string, string>();
        const seen = new Set<string>();
        const take = ({ id, data }: Receiver["received"][number]) => {
          // A receiver may also know requests by their id.
          if (seen.has(id)) return;
          seen.add(id);
          for (const item of data) {
            if (item.type === "contact.deleted") copy.delete(item.id);
            else if (item.contact !== undefined) copy.set(item.contact.id, item.contact.updatedAt);
          }
        };
        const send = async (answers: readonly ("taken" | "failed" | "died")[]) => {
          let n = 0;
          receiver.answer = (request) => {
            const answer = answers[n++] ?? "taken";
            if (answer === "failed") return failing();
            take(request);
            if (answer === "died") throw new Error("killed");
            return { status: 200, error: null };
          };
          await later(world.deps, webhook);
          await deliver(world.deps, webhook, receiver, { limit, lookAhead: 2 * limit }).catch(() => {});
        };
        for (const [at, { action, who, answers }] of steps.entries()) {
          const email = `p${who}@x.co`;
          if (action === "put") await put(email, `v${at}`);
          else if (action === "remove") await remove(email).catch(() => {});
          else await world.import(`email,firstName\n${email},i${at}\nnew${at}@x.co,\n`, {}, scope);
          await send(answers);
        }
        await send([]);
        const table = await tableOf(world.deps, scope);
        const truth = [...table.values()].map((json) => JSON.parse(json).updatedAt);
        expect([...copy.values()].sort()).toEqual(truth.sort());
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
