import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import { changePlan } from "@roster/usecases/accounts/plans.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ReceiverApi, startReceiver } from "./receiver-api.ts";

let api: ReceiverApi;
beforeAll(async () => {
  api = await startReceiver();
});
afterAll(() => api?.close());

const open = { provider: "postmark", settings: { basicAuth: false } };
const record = (Recipient: string) => ({
  RecordType: "SubscriptionChange",
  MessageID: "m-1",
  Recipient,
  ChangedAt: new Date().toISOString(),
  SuppressSending: true,
  SuppressionReason: "SpamComplaint",
});

it("what comes to a tenant's address changes its contacts alone, whoever else has the same people", async () => {
  const email = "shared@x.io";
  const tenants = [];
  for (const name of ["first", "second"]) {
    tenants.push(await api.freshTenant());
    await api.created({ email });
    if (name === "first") continue;
    const { path } = await api.source({ name, ...open });
    expect((await api.deliver(path, { json: record(email) })).body.data.accepted).toBe(1);
  }
  const rows = await api.deps.sql`
    select tenant_id, status from contacts where email = ${email} and tenant_id = any(${tenants}) order by id`;
  expect(rows.map(({ tenantId, status }) => [tenantId, status])).toEqual([
    [tenants[0], "active"],
    [tenants[1], "complained"],
  ]);
});

it("404 at an address that nobody has, that was rotated away, or whose source is deleted", async () => {
  await api.freshTenant();
  const source = await api.source({ name: "one", ...open });
  const send = (path: string) => api.deliver(path, { json: { RecordType: "Inbound" } });
  expect((await send(source.path)).status).toBe(200);
  const rotated = (await api.house("POST", `/v1/event-sources/${source.id}/rotate`)).body.data;
  expect((await send(rotated.path)).status).toBe(200);
  await api.house("DELETE", `/v1/event-sources/${source.id}`);
  const unknown = `/receive/evs_${"x".repeat(43)}`;
  for (const path of [source.path, rotated.path, unknown, "/receive/x", "/receive", `${unknown}/x`]) {
    const { status, body } = await send(path);
    expect([path, status, body.success]).toEqual([path, 404, false]);
  }
});

it("413 for a body beyond 5 MB, 404 for another method, and neither token nor address in the log", async () => {
  await api.freshTenant();
  const { path, token } = await api.source({ name: "one", ...open });
  const large = await api.deliver(path, { body: "x".repeat(5 * 1024 * 1024 + 1) });
  expect([large.status, large.body.code]).toEqual([413, "body_too_large"]);
  expect((await api.call("GET", path, { key: null })).status).toBe(404);
  const lines = api.logLines.join("");
  expect(lines).toContain('"path":"/receive/:id"');
  expect(lines).not.toContain(token);
});

it("429 beyond the requests that the account's plan gives to each key", async () => {
  await changePlan(api.deps, "pro", { requestsPerMinute: 2 });
  const { name: account } = await createAccount(api.deps, { name: "limited", plan: "pro" });
  const { key } = await api.newKey({ account, tenant: "t" });
  const { body } = await api.call("POST", "/v1/event-sources", { key, json: { name: "one", ...open } });
  const statuses = [];
  for (let n = 0; n < 3; n++) {
    const reply = await api.deliver(body.data.path, { json: { RecordType: "Inbound" } });
    statuses.push([reply.status, reply.headers.get("x-ratelimit-limit")]);
  }
  expect(statuses).toEqual([
    [200, "2"],
    [200, "2"],
    [429, "2"],
  ]);
});
