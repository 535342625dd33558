import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const here = { "X-Tenant-Id": "default" };
const errorOf = (statusCode: number, path: string) => ({
  statusCode,
  message: expect.any(String),
  path,
  timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
});

it("401: no key, an unknown key", async () => {
  for (const key of [null, "mc_live_unknown"]) {
    const reply = await api.call("GET", "/contacts?locale=en", { key, headers: here });
    expect([reply.status, reply.body]).toEqual([401, errorOf(401, "/contacts")]);
  }
});

it("403: reading without contacts:read, every write without contacts:write, whether the contact is there or not", async () => {
  const reader = (await api.newKey({ prefix: "mc_live", scopes: ["contacts:read"] })).key;
  const writer = (await api.newKey({ prefix: "mc_test", scopes: ["contacts:write"] })).key;
  const json = { email: "a@example.com", externalId: "crm-a" };
  expect((await api.call("PUT", "/contacts", { key: writer, json })).status).toBe(200);
  for (const [method, path, body] of [
    ["PUT", "/contacts", { email: "b@example.com" }],
    ["POST", "/contacts", { email: "b@example.com" }],
    ["POST", "/contacts/bulk", { contacts: [{ email: "b@example.com" }] }],
    ["PATCH", "/contacts/crm-a", { locale: "en" }],
    ["PATCH", "/contacts/nobody", { locale: "en" }],
    ["DELETE", "/contacts/crm-a", undefined],
  ] as const) {
    const reply = await api.call(method, path, { key: reader, json: body });
    expect([method, path, reply.status]).toEqual([method, path, 403]);
    expect(reply.body.message).toContain("contacts:write");
  }
  expect((await api.call("GET", "/contacts/crm-a", { key: reader })).status).toBe(200);
  for (const path of ["/contacts", "/contacts/crm-a", "/contacts/nobody"]) {
    expect([path, (await api.call("GET", path, { key: writer })).status]).toEqual([path, 403]);
  }
});

it("an admin key acts for the tenant that X-Tenant-Id names, by slug or UUID", async () => {
  const other = await api.newKey({ tenant: "acme", prefix: "mc_live", scopes: ["contacts"] });
  const json = { email: "acme@example.com", externalId: "acme-1" };
  const put = await api.call("PUT", "/contacts", { json, headers: { "X-Tenant-Id": "acme" } });
  expect(put.status).toBe(200);
  const seen = await api.call("GET", "/contacts/acme-1", { headers: { "X-Tenant-Id": other.tenantId } });
  expect(seen.body).toEqual(put.body);
  expect((await api.call("GET", "/contacts/acme-1", { key: other.key })).body).toEqual(put.body);
  expect((await api.call("GET", "/contacts/acme-1", { headers: here })).status).toBe(404);
});

it("403: a tenant that is not the account's, and another tenant for a key without admin, told alike", async () => {
  const { key, tenantId } = await api.newKey({ tenant: "own", prefix: "mc_live", scopes: ["contacts"] });
  const calls = [
    api.call("GET", "/contacts", { key, headers: here }),
    api.call("GET", "/contacts", { key, headers: { "X-Tenant-Id": "nowhere" } }),
    api.call("GET", "/contacts", { headers: { "X-Tenant-Id": "nowhere" } }),
  ];
  const messages = (await Promise.all(calls)).map(({ status, body }) => [status, body.message]);
  expect(messages).toEqual(messages.map(() => [403, "This key may not use that tenant."]));
  for (const tenant of ["own", tenantId]) {
    expect((await api.call("GET", "/contacts", { key, headers: { "X-Tenant-Id": tenant } })).status).toBe(
      200,
    );
  }
});

it("404: a contact of another tenant, as one that is not there", async () => {
  const { body } = await api.call("PUT", "/contacts", {
    json: { email: "mine@example.com", externalId: "mine" },
    headers: here,
  });
  const { key } = await api.newKey({ tenant: "stranger", prefix: "mc_live" });
  for (const path of [`/contacts/${body.id}`, "/contacts/mine"]) {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const reply = await api.call(method, path, { key, ...(method === "PATCH" && { json: {} }) });
      expect([method, reply.status, reply.body]).toEqual([method, 404, errorOf(404, path)]);
    }
  }
  expect((await api.call("GET", "/contacts", { key })).body).toMatchObject({ data: [], meta: { total: 0 } });
});

it("404: paths that this API does not have, also where a contact has the name of one as its externalId", async () => {
  await api.call("PUT", "/contacts", {
    json: { email: "l@example.com", externalId: "lookup" },
    headers: here,
  });
  for (const [method, path] of [
    ["GET", "/contacts/lookup"],
    ["GET", "/contacts/bulk"],
    ["DELETE", "/contacts"],
    ["POST", "/contacts/import"],
    ["GET", "/contacts/a/b"],
  ] as const) {
    const reply = await api.call(method, path, { headers: here });
    expect([path, reply.status, reply.body]).toEqual([path, 404, errorOf(404, path)]);
  }
});

it("500: an unexpected error is logged once and says nothing of itself", async () => {
  await api.deps.sql`alter table contacts rename to contacts_elsewhere`;
  try {
    const reply = await api.call("GET", "/contacts/any", { headers: here });
    expect([reply.status, reply.body]).toEqual([500, errorOf(500, "/contacts/any")]);
    expect(reply.text).not.toMatch(/relation|select/);
  } finally {
    await api.deps.sql`alter table contacts_elsewhere rename to contacts`;
  }
});
