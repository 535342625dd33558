import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { WebhookEvent } from "@roster/domain/webhooks/webhook-event.ts";
import { createTestDatabase, makeTestDir, type TestDatabase } from "@roster/store/testing.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { upsertContact } from "@roster/usecases/contacts/contacts.ts";
import { openDeps } from "@roster/usecases/deps.ts";
import { startImport } from "@roster/usecases/imports/imports.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { getDelivery, listDeliveries, testWebhook } from "@roster/usecases/webhooks/webhook-log.ts";
import { createWebhook, getWebhook } from "@roster/usecases/webhooks/webhooks.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Receiver, startReceiver } from "./receiver.ts";

let database: TestDatabase;
let dataDir: string;
let deps: Awaited<ReturnType<typeof openDeps>>;
let scope: TenantScope;
const workers: ChildProcess[] = [];
const receivers: Receiver[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = makeTestDir();
  deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 4, name: "webhooks test" });
});
let tenants = 0;
beforeEach(async () => {
  const { key } = await createKey(deps, { tenant: `hooks-${++tenants}`, prefix: "sk", scopes: ["admin"] });
  scope = await authenticate(deps, key);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    if (worker.exitCode === null && worker.signalCode === null && worker.kill("SIGKILL"))
      await once(worker, "exit");
  }
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(async () => {
  await deps?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

function startWorker(env: Record<string, string> = {}): ChildProcess {
  const worker = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: {
      ...process.env,
      ...{ DATABASE_URL: database.url, ROSTER_DATA_DIR: dataDir, LOG_LEVEL: "error" },
      ...{ WEBHOOKS_ALLOW_PRIVATE: "true", WEBHOOKS_TIMEOUT_MS: "1000", ...env },
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  workers.push(worker);
  return worker;
}

async function receiving(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...args);
  receivers.push(receiver);
  return receiver;
}

const endpoint = (url: string, includeImports = false) =>
  createWebhook(deps, scope, {
    ...{ url, description: null, events: [...WebhookEvent.options], includeImports, isActive: true },
  });
const put = (email: string) => upsertContact(deps, scope, { email });
const emails = (receiver: Receiver) =>
  receiver.received.flatMap(({ body }) => body.data).flatMap(({ contact }) => contact?.email ?? []);

async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test("a worker tells several endpoints of changes, 500 in a request; one that hangs holds up no other", async () => {
  const [quick, all, hanging] = [await receiving(), await receiving(), await receiving(() => {})];
  await endpoint(quick.url);
  await endpoint(all.url, true);
  await endpoint(hanging.url);
  startWorker();
  await put("ann@x.co");
  await hanging.got(1);
  await quick.got(1);
  await all.got(1);
  const rows = Array.from({ length: 1200 }, (_, n) => `p${n}@x.co\n`).join("");
  const body = (async function* () {
    yield Buffer.from(`email\n${rows}`);
  })();
  const file = { name: null, contentType: null, limitBytes: null };
  const { uploadId } = await receiveUpload(deps, scope, body, file);
  const policy = ImportPolicy.parse({});
  const { jobId } = await startImport(deps, scope, { uploadId, name: null, hints: {}, policy });
  await until(async () => all.received.at(-1)?.body.data.at(-1)?.type === "import.completed");
  await until(async () => quick.received.at(-1)?.body.data.at(-1)?.type === "import.completed");
  expect(new Set(emails(all)).size).toBe(1201);
  for (const { body } of all.received) expect(body.data.length).toBeLessThanOrEqual(500);
  expect(emails(quick)).toEqual(["ann@x.co"]);
  expect(quick.received.at(-1)!.body.data.at(-1).job).toMatchObject({
    id: jobId,
    counters: { created: 1200 },
  });
}, 60_000);

test("a worker that is killed between a request and its note: another sends it again, under the same id", async () => {
  const receiver = await receiving((res, n) => {
    if (n > 1) res.writeHead(204).end();
  });
  const { id } = await endpoint(receiver.url);
  const first = startWorker({ WEBHOOKS_TIMEOUT_MS: "2000" });
  await put("ann@x.co");
  await receiver.got(1);
  first.kill("SIGKILL");
  await once(first, "exit");
  await put("bob@x.co");
  startWorker();
  await receiver.got(3);
  expect(receiver.received.map(({ id }) => id)).toEqual([
    receiver.received[0]!.id,
    receiver.received[0]!.id,
    expect.any(String),
  ]);
  expect(emails(receiver)).toEqual(["ann@x.co", "ann@x.co", "bob@x.co"]);
  await until(async () => (await getWebhook(deps, scope, id)).lastDeliveredAt !== null);
}, 60_000);

test("a worker that is asked to leave gives a request in hand up, which is no failure, and is gone at once", async () => {
  const receiver = await receiving((res, n) => {
    if (n > 1) res.writeHead(204).end();
  });
  const { id } = await endpoint(receiver.url);
  const worker = startWorker({ WEBHOOKS_TIMEOUT_MS: "60000" });
  await put("ann@x.co");
  await receiver.got(1);
  worker.kill("SIGTERM");
  expect(await once(worker, "exit")).toEqual([0, null]);
  expect(await getWebhook(deps, scope, id)).toMatchObject({ failures: 0, isActive: true });
  startWorker();
  // The lease was given back: nobody has to be given up for dead.
  await receiver.got(2);
  expect(receiver.received[1]!.id).toBe(receiver.received[0]!.id);
}, 60_000);

test("unless it is allowed, nothing is sent to a private address; the log says why, and what the setting is called", async () => {
  const receiver = await receiving();
  const { id } = await endpoint(receiver.url);
  startWorker({ WEBHOOKS_ALLOW_PRIVATE: "false" });
  const test = await testWebhook(deps, scope, id);
  await until(async () => (await getDelivery(deps, scope, id, test.id)).state === "failed");
  const { error } = await getDelivery(deps, scope, id, test.id);
  expect(error).toContain("WEBHOOKS_ALLOW_PRIVATE=true");
  expect(receiver.received).toEqual([]);
}, 60_000);

test("a copy of an installation that is not to send sends nothing", async () => {
  const receiver = await receiving();
  const { id } = await endpoint(receiver.url);
  await put("ann@x.co");
  startWorker({ WEBHOOKS_SEND: "false" });
  // It works: a search index of the tenant is looked after each minute, and jobs are.
  await until(async () => (await deps.sql`select from workers`).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(receiver.received).toEqual([]);
  expect((await listDeliveries(deps, scope, id, { limit: 10 })).deliveries).toEqual([]);
}, 60_000);
