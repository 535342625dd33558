import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let ids: Record<string, string>;
let tenants = 0;
let tenant: { key: string; tenantId: string };
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

beforeEach(async () => {
  tenant = await api.newKey({ tenant: `bulk-${++tenants}` });
  ids = {};
  for (const [name, subscribed] of [
    ["ann", true],
    ["bob", false],
    ["eve", true],
  ] as const) {
    const { body } = await call("POST", "/contacts", { json: { email: `${name}@x.co`, subscribed } });
    ids[name] = body.id;
  }
});

const call = (method: string, path: string, options: Parameters<RunningApi["call"]>[2] = {}) =>
  api.call(method, path, { key: tenant.key, ...options });

async function done(operation: string, json: object) {
  const { status, body } = await call("POST", `/contacts/bulk-${operation}`, { json });
  expect([status, body]).toEqual([202, { message: expect.any(String), jobId: expect.any(String) }]);
  await api.work(body.jobId, tenant.tenantId);
  return (await call("GET", `/contacts/bulk/${body.jobId}`)).body;
}

async function subscribed() {
  const { contacts } = (await call("GET", "/contacts")).body;
  const pairs = contacts.map((contact: { email: string; subscribed: boolean }) => [
    contact.email.slice(0, 3),
    contact.subscribed,
  ]);
  return Object.fromEntries(pairs);
}

it("202: subscribes by ids, and the status says what became of each", async () => {
  const nobody = "0190a000-0000-7000-8000-000000000000";
  await api.deps.sql`update contacts set status = 'bounced' where id = ${ids.eve!}`;
  const contactIds = [ids.ann, ids.bob, ids.eve, nobody];
  const queued = await call("POST", "/contacts/bulk-subscribe", { json: { contactIds } });
  expect((await call("GET", `/contacts/bulk/${queued.body.jobId}`)).body).toEqual({
    id: queued.body.jobId,
    state: "waiting",
    progress: 0,
    data: {},
    failedReason: null,
    result: null,
  });
  expect(await done("subscribe", { mode: "ids", contactIds })).toEqual({
    id: expect.any(String),
    state: "completed",
    progress: 100,
    data: {},
    failedReason: null,
    result: {
      operation: "subscribe",
      totalRequested: 4,
      successCount: 1,
      unchangedCount: 1,
      failureCount: 2,
      errors: [
        { contactId: ids.eve, email: "eve@x.co", error: expect.stringContaining("bounced") },
        { contactId: nobody, email: null, error: expect.any(String) },
      ],
    },
  });
  expect(await subscribed()).toEqual({ ann: true, bob: true, eve: false });
});

it("202: unsubscribes by a query, but for those who are left out", async () => {
  const status = await done("unsubscribe", {
    mode: "query",
    filter: { subscribed: true, search: "x.co" },
    excludeIds: [ids.eve],
  });
  expect(status.result).toMatchObject({ operation: "unsubscribe", totalRequested: 1, successCount: 1 });
  expect(await subscribed()).toEqual({ ann: false, bob: false, eve: true });
});

it("202: deletes by ids under their other name, and by a query for who is not subscribed", async () => {
  expect((await done("delete", { ids: [ids.ann] })).result).toMatchObject({ successCount: 1 });
  const rest = await done("delete", { mode: "query", filter: { subscribed: false, search: "" } });
  expect(rest.result).toMatchObject({ operation: "delete", totalRequested: 1, successCount: 1 });
  expect(await subscribed()).toEqual({ eve: true });
});

it("202: a cancelled operation reads as failed, with what it did", async () => {
  const { body } = await call("POST", "/contacts/bulk-delete", { json: { contactIds: [ids.ann] } });
  await call("POST", `/v1/jobs/${body.jobId}/cancel`);
  expect((await call("GET", `/contacts/bulk/${body.jobId}`)).body).toMatchObject({
    state: "failed",
    failedReason: expect.stringContaining("cancelled"),
    result: null,
  });
});

it.each([
  [{}],
  [{ contactIds: [] }],
  [{ contactIds: "all" }],
  [{ contactIds: Array.from({ length: 1001 }, () => "x") }],
  [{ mode: "query" }],
  [{ mode: "query", filter: { subscribed: "yes" } }],
  [{ mode: "query", filter: { search: "a\0" } }],
  [{ mode: "query", filter: {}, excludeIds: Array.from({ length: 10_001 }, () => "x") }],
  [{ mode: "all", contactIds: ["x"] }],
])("422: %j", async (json) => {
  const reply = await call("POST", "/contacts/bulk-delete", { json });
  expect([reply.status, reply.body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
});

it("401 without a key, 404 for a job that is no bulk operation of this tenant", async () => {
  const json = { contactIds: [ids.ann] };
  expect((await call("POST", "/contacts/bulk-delete", { json, key: null })).status).toBe(401);
  const { body } = await call("POST", "/contacts/bulk-delete", { json });
  const other = await api.newKey({ tenant: "other" });
  const tagged = await call("POST", "/v1/contacts/bulk", {
    json: { filter: {}, change: { action: "add_tags", tags: ["x"] } },
  });
  for (const [id, key] of [
    [body.jobId, other.key],
    [tagged.body.data.jobId, tenant.key],
    ["nonsense", tenant.key],
  ]) {
    const reply = await call("GET", `/contacts/bulk/${id}`, { key });
    expect([reply.status, reply.body.error.code]).toEqual([404, "RESOURCE_NOT_FOUND"]);
  }
});
