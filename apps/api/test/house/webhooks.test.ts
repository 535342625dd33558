import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const call = (method: string, path: string, json?: Json) =>
  api.house(method, `/v1/webhooks${path}`, json === undefined ? {} : { json });
const shop = { url: "https://example.com/roster", events: ["contact.updated", "import.completed"] };
const made = async (more: object = {}) => {
  const { status, body } = await call("POST", "", { ...shop, ...more });
  if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
  return body.data;
};

describe("an endpoint", () => {
  it("is made with its secret, which no other answer has; listed newest first, changed and deleted", async () => {
    const { secret, ...first } = await made({ description: " The shop " });
    expect(Buffer.from(secret.replace("whsec_", ""), "base64")).toHaveLength(32);
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...shop,
      description: "The shop",
      includeImports: false,
      isActive: true,
      disabled: null,
      failures: 0,
      failingSince: null,
      nextAttemptAt: null,
      lastDeliveredAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const { secret: _, ...second } = await made({ includeImports: true, isActive: false });
    expect((await call("GET", "")).body).toEqual({
      success: true,
      data: [second, first],
      cursor: null,
      hasMore: false,
    });
    const changed = await call("PATCH", `/${first.id}`, { description: null, events: ["contact.deleted"] });
    expect(changed.body.data).toEqual({
      ...first,
      description: null,
      events: ["contact.deleted"],
      updatedAt: expect.any(String),
    });
    expect((await call("GET", `/${first.id}`)).body.data).toEqual(changed.body.data);
    expect((await call("DELETE", `/${first.id}`)).body).toEqual({ success: true });
    expect((await call("DELETE", `/${first.id}`)).status).toBe(404);
    expect((await call("GET", "")).body.data).toEqual([second]);
  });

  it("is made once for an Idempotency-Key, with the same secret again", async () => {
    const options = { json: shop, headers: { "Idempotency-Key": "shop" } };
    const [first, again] = [
      await api.house("POST", "/v1/webhooks", options),
      await api.house("POST", "/v1/webhooks", options),
    ];
    expect(again.body).toEqual(first.body);
    expect((await call("GET", "")).body.data).toHaveLength(1);
  });

  it("gets another secret, and the former one counts for a day", async () => {
    const { id, secret } = await made();
    const { status, body } = await call("POST", `/${id}/secret`);
    expect([status, body.data.secret === secret]).toEqual([200, false]);
    const hours = (Date.parse(body.data.formerValidUntil) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it("400 beyond the 20th, and told so", async () => {
    for (let n = 0; n < 20; n++) await made();
    const { status, body } = await call("POST", "", shop);
    expect([status, body.details.fieldErrors.url]).toEqual([
      400,
      ["There are 20 endpoints already. Delete one that is no longer needed."],
    ]);
  });

  it("needs a key that may also read contacts, for they go there", async () => {
    const { key } = await api.newKey({ tenant: "writer", scopes: ["contacts:write"] });
    const reply = await api.call("POST", "/v1/webhooks", { key, json: shop });
    expect([reply.status, reply.body.code, reply.body.error]).toEqual([
      403,
      "missing_scope",
      expect.stringContaining("contacts:read"),
    ]);
  });

  it.each([
    [{}, ["url", "events"]],
    [{ ...shop, url: "example.com" }, ["url"]],
    [{ ...shop, url: "https://user:pw@example.com" }, ["url"]],
    [{ ...shop, url: `https://example.com/${"x".repeat(2048)}` }, ["url"]],
    [{ ...shop, events: [] }, ["events"]],
    [{ ...shop, events: ["contact.opened"] }, ["events.0"]],
    [{ ...shop, events: ["job.failed", "job.failed"] }, ["events"]],
    [{ ...shop, description: 5 }, ["description"]],
    [{ ...shop, secret: "mine" }, ["secret"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await call("POST", "", json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });
});

describe("its requests", () => {
  /** Requests as a worker leaves them, the last one the newest. */
  const requests = async (webhookId: string, states: string[]) => {
    for (const state of states) {
      await api.deps.sql`
        insert into webhook_deliveries (tenant_id, webhook_id, id, kind, state, items, attempts, response_status, error)
        values (${tenantId}, ${webhookId}, ${api.deps.newId()}, 'test', ${state}, 0, 1, 500, 'It answered 500.')`;
    }
  };

  it("are listed newest first, by state and by pages; each is seen, and sent again", async () => {
    const { id } = await made();
    await requests(id, ["delivered", "failed", "failed"]);
    const all = (await call("GET", `/${id}/deliveries`)).body;
    expect(all.data.map(({ state }: Json) => state)).toEqual(["failed", "failed", "delivered"]);
    const page = (await call("GET", `/${id}/deliveries?limit=2`)).body;
    expect([page.data, page.hasMore]).toEqual([all.data.slice(0, 2), true]);
    const rest = (await call("GET", `/${id}/deliveries?limit=2&cursor=${page.cursor}`)).body;
    expect([rest.data, rest.hasMore, rest.cursor]).toEqual([all.data.slice(2), false, null]);
    expect((await call("GET", `/${id}/deliveries?state=failed`)).body.data).toHaveLength(2);
    const one = (await call("GET", `/${id}/deliveries/${all.data[0].id}`)).body.data;
    expect(one).toMatchObject({ responseStatus: 500, error: "It answered 500.", attempts: 1 });

    const again = await call("POST", `/${id}/deliveries/${one.id}/replay`);
    expect([again.status, again.body.data]).toEqual([202, { ...one, state: "pending", finishedAt: null }]);
    const test = await call("POST", `/${id}/test`);
    expect([test.status, test.body.data]).toMatchObject([
      202,
      { kind: "test", state: "pending", attempts: 0 },
    ]);
  });

  it.each([
    ["beginning", 202],
    ["now", 202],
    ["2026-01-31", 202],
    ["2026-01-31T12:00:00+01:00", 202],
    ["0000-01-01", 202],
    ["yesterday", 400],
    ["", 400],
    [5, 400],
  ])("are told once more from %j: %i", async (from, expected) => {
    const { id } = await made();
    const { status, body } = await call("POST", `/${id}/replay`, { from });
    expect(status).toBe(expected);
    if (status === 400) expect(Object.keys(body.details.fieldErrors)).toEqual(["from"]);
  });

  it("404: nobody's endpoint, another's request, and ids of another form", async () => {
    const [{ id }, other] = [await made(), await made()];
    await requests(other.id, ["delivered"]);
    const [delivery] = (await call("GET", `/${other.id}/deliveries`)).body.data;
    const unknown = api.deps.newId();
    for (const [method, path, json] of [
      ["GET", `/${unknown}`],
      ["GET", "/nonsense"],
      ["PATCH", `/${unknown}`, {}],
      ["POST", `/${unknown}/secret`],
      ["POST", `/nonsense/test`],
      ["POST", `/${unknown}/replay`, { from: "now" }],
      ["GET", `/${unknown}/deliveries`],
      ["GET", `/${id}/deliveries/${delivery.id}`],
      ["GET", `/${id}/deliveries/nonsense`],
      ["POST", `/${id}/deliveries/${delivery.id}/replay`],
    ] as const) {
      expect([method, path, (await call(method, path, json)).status]).toEqual([method, path, 404]);
    }
  });
});

it("below /mail too", async () => {
  await made();
  expect((await api.house("GET", "/mail/v1/webhooks")).body.data).toHaveLength(1);
});
