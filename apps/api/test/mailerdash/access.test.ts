import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/v1/bulk/contacts";

let api: RunningApi;
let beside: string;
beforeAll(async () => {
  api = await startApi();
  beside = (await api.newKey({ tenant: "beside", prefix: "md", scopes: ["contacts"] })).key;
  await api.call("POST", base, { json: { email: "home@example.com" } });
  await api.call("POST", base, { json: { email: "beside@example.com" }, key: beside });
});
afterAll(() => api.close());

/** Every operation, with a body that it would take. */
const operations: [method: string, path: string, json?: unknown][] = [
  ["GET", ""],
  ["GET", "?format=csv"],
  ["POST", "", { email: "new@example.com" }],
  ["GET", "/home@example.com"],
  ["PATCH", "/home@example.com", { name: "N" }],
  ["DELETE", "/home@example.com"],
  ["POST", "/import", [{ email: "new@example.com" }]],
  ["POST", "/import-preview", { emails: ["home@example.com"] }],
  ["POST", "/delete", { emails: ["home@example.com"] }],
];
const reads = (method: string, path: string) => method === "GET" || path === "/import-preview";

it.each(operations)(
  "401: %s %s without a key, or with one that does not exist",
  async (method, path, json) => {
    for (const key of [null, "md_unknown"]) {
      const reply = await api.call(method, base + path, { key, json });
      expect([reply.status, reply.body]).toEqual([
        401,
        { error: { type: "authentication_error", code: "unauthenticated", message: expect.any(String) } },
      ]);
    }
  },
);

it.each(operations)("403: %s %s with a key that lacks the scope", async (method, path, json) => {
  const scopes = reads(method, path) ? (["contacts:write"] as const) : (["contacts:read"] as const);
  const { key } = await api.newKey({ scopes: [...scopes] });
  const reply = await api.call(method, base + path, { key, json });
  expect([reply.status, reply.body.error.type]).toEqual([403, "authorization_error"]);
});

it.each(["sk", "md", "msk", "mc_live"] as const)("200: a key with the prefix %s", async (prefix) => {
  const { key } = await api.newKey({ prefix, scopes: ["contacts:read"] });
  expect((await api.call("GET", base, { key })).status).toBe(200);
});

it("404: another tenant's contact is as one that is not there", async () => {
  for (const [method, json] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const) {
    const theirs = await api.call(method, `${base}/home@example.com`, { key: beside, json });
    const nobodys = await api.call(method, `${base}/nobody@example.com`, { key: beside, json });
    expect([theirs.status, theirs.body]).toEqual([404, nobodys.body]);
  }
  const list = await api.call("GET", base, { key: beside });
  expect(list.body).toMatchObject({
    total: 1,
    contacts: [{ email: "beside@example.com", key_id: "beside" }],
  });
});

it("200: an admin key names another tenant by key_id or X-Tenant-Id, and sees only that one", async () => {
  const headers = { "X-Tenant-Id": "beside" };
  for (const reply of [
    await api.call("GET", `${base}?key_id=beside`),
    await api.call("GET", base, { headers }),
    await api.call("GET", `${base}?key_id=beside`, { headers: { "X-Tenant-Id": "default" } }),
  ]) {
    expect(reply.body).toMatchObject({
      total: 1,
      contacts: [{ email: "beside@example.com", key_id: "beside" }],
    });
  }
  expect((await api.call("GET", `${base}/beside@example.com?key_id=beside`)).status).toBe(200);
  const csv = await api.call("GET", `${base}?format=csv&key_id=beside`);
  expect(csv.text).toMatch(/^id,[^\n]+\n\d+,beside@example\.com,,active,beside,[^\n]+\n$/);
  expect((await api.call("GET", `${base}?key_id=default`)).body.contacts[0].key_id).toBe("default");
});

it("201: an admin key writes into the tenant that the body names, which must be the query's", async () => {
  const json = { email: "there@example.com", key_id: "beside" };
  expect((await api.call("POST", base, { json })).body).toMatchObject(json);
  const changed = { name: "T", key_id: "beside" };
  expect((await api.call("PATCH", `${base}/there@example.com`, { json: changed })).body).toMatchObject(
    changed,
  );
  expect((await api.call("POST", `${base}?key_id=beside`, { json })).status).toBe(201);
  const reply = await api.call("POST", `${base}?key_id=default`, { json });
  expect([reply.status, reply.body.error.param]).toEqual([422, "key_id"]);
  const { body } = await api.call("POST", `${base}/import?key_id=beside`, {
    json: [{ email: "i@example.com" }],
  });
  expect(body.created).toBe(1);
  expect((await api.call("GET", base)).body.total).toBe(1);
  expect((await api.call("DELETE", `${base}/i@example.com?key_id=beside`)).status).toBe(204);
});

it("403: the filter key_id is for admin keys, also for one's own tenant", async () => {
  for (const tenant of ["beside", "default", "nowhere"]) {
    const reply = await api.call("GET", `${base}?key_id=${tenant}`, { key: beside });
    expect([reply.status, reply.body.error.type]).toEqual([403, "authorization_error"]);
  }
});

it("403: nobody writes into another tenant without an admin key, nor into one that is not there", async () => {
  const post = (json: object, key: string) => api.call("POST", base, { key, json });
  expect((await post({ email: "x@example.com", key_id: "beside" }, beside)).status).toBe(201);
  for (const [key_id, key] of [
    ["default", beside],
    ["nowhere", beside],
    ["nowhere", api.owner.key],
    ["a\0b", api.owner.key],
  ] as const) {
    const reply = await post({ email: "x@example.com", key_id }, key);
    expect([reply.status, reply.body.error.code]).toEqual([403, "tenant_forbidden"]);
  }
  expect((await api.call("GET", `${base}?key_id=%00`)).status).toBe(403);
});

it("400: key_id twice", async () => {
  const reply = await api.call("GET", `${base}?key_id=beside&key_id=default`);
  expect([reply.status, reply.body.error.param]).toEqual([400, "key_id"]);
});

it("404: paths that this API does not have, in its own envelope", async () => {
  for (const [method, path] of [
    ["PUT", base],
    ["GET", "/v1/bulk"],
    ["POST", `${base}/a/b`],
    ["PUT", `${base}/a@example.com`],
  ] as const) {
    const reply = await api.call(method, path);
    expect([path, reply.status, reply.body]).toEqual([
      path,
      404,
      { error: { type: "not_found_error", code: "no_such_route", message: expect.any(String) } },
    ]);
  }
});

it("422: an Idempotency-Key that is none", async () => {
  const headers = { "Idempotency-Key": "x".repeat(1000) };
  const reply = await api.call("POST", base, { json: { email: "x@example.com" }, headers });
  expect([reply.status, reply.body.error.type]).toEqual([422, "validation_error"]);
});
