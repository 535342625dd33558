import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it("401: no key", async () => {
  const reply = await api.call("GET", "/contacts", { key: null });
  expect(reply.status).toBe(401);
  expect(reply.body.error).toMatchObject({
    code: "MISSING_AUTH",
    statusCode: 401,
    suggestion: expect.any(String),
  });
});

it.each(["sk_unknown", "nonsense"])("401: a key that does not exist, %s", async (key) => {
  const reply = await api.call("GET", "/contacts", { key });
  expect([reply.status, reply.body.error.code]).toEqual([401, "INVALID_API_KEY"]);
});

it("401: a valid key that is no sk_ key", async () => {
  const { key } = await api.newKey({ prefix: "md" });
  expect((await api.call("GET", "/contacts", { key })).status).toBe(401);
});

it("403: reading without contacts:read, writing without contacts:write", async () => {
  const reader = (await api.newKey({ scopes: ["contacts:read"] })).key;
  const writer = (await api.newKey({ scopes: ["contacts:write"] })).key;
  expect((await api.call("GET", "/contacts", { key: reader })).status).toBe(200);
  const refused = await api.call("POST", "/contacts", { key: reader, json: { email: "a@example.com" } });
  expect([refused.status, refused.body.error.code]).toEqual([403, "FORBIDDEN"]);
  expect((await api.call("GET", "/contacts", { key: writer })).status).toBe(403);
});

it("404: paths that this API does not have, in its own envelope", async () => {
  for (const [method, path] of [
    ["GET", "/contacts/import"],
    ["PUT", "/contacts"],
    ["GET", "/contacts/locale-coverage"],
    ["POST", "/contacts/a/b"],
  ] as const) {
    const reply = await api.call(method, path);
    expect([path, reply.status, reply.body.error.statusCode]).toEqual([path, 404, 404]);
  }
});

it("404: a request that names a tenant, or brings an mc_ key, is never answered by this dialect", async () => {
  const { key } = await api.newKey({ prefix: "mc_live" });
  for (const options of [{ headers: { "X-Tenant-Id": "default" } }, { key }]) {
    const reply = await api.call("GET", "/contacts", options);
    expect(reply.status).toBe(200);
    expect(reply.body).not.toHaveProperty("contacts");
    const error = await api.call("POST", "/contacts/lookup", options);
    expect([error.status, error.body.statusCode, error.body.path]).toEqual([404, 404, "/contacts/lookup"]);
  }
});

it("500: an unexpected error is logged once under the answer's request id, and says nothing of itself", async () => {
  await api.deps.sql`alter table contacts rename to contacts_elsewhere`;
  try {
    const reply = await api.call("GET", "/contacts", { headers: { "X-Request-Id": "trace-1" } });
    expect(reply.status).toBe(500);
    expect(reply.headers.get("x-request-id")).toBe("trace-1");
    expect(reply.body.error).toMatchObject({ code: "INTERNAL_SERVER_ERROR", requestId: "trace-1" });
    expect(reply.text).not.toMatch(/relation|contacts_|select/);
    const errors = api.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ requestId: "trace-1", err: { code: "42P01" } });
  } finally {
    await api.deps.sql`alter table contacts_elsewhere rename to contacts`;
  }
});
