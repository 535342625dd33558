import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/api/v1/contacts";

let api: RunningApi;
let beside: string;
let id: string;
beforeAll(async () => {
  api = await startApi();
  beside = (await api.newKey({ tenant: "beside", prefix: "msk", scopes: ["contacts"] })).key;
  id = (await api.call("POST", base, { json: { email: "home@example.com" } })).body.contact.id;
  await api.call("POST", base, { json: { email: "beside@example.com" }, key: beside });
});
afterAll(() => api.close());

/** Every operation, with a body that it would take. */
const operations: [method: string, path: string, json?: unknown][] = [
  ["GET", ""],
  ["POST", "", { email: "new@example.com" }],
  ["GET", "/:id"],
  ["PATCH", "/:id", { firstName: "N" }],
  ["DELETE", "/:id"],
  ["POST", "/import", { contacts: [{ email: "new@example.com" }] }],
];
const pathOf = (path: string) => base + path.replace(":id", id);

it.each(operations)(
  "401: %s %s without a key, or with one that does not exist",
  async (method, path, json) => {
    for (const key of [null, "msk_unknown"]) {
      const reply = await api.call(method, pathOf(path), { key, json });
      expect([reply.status, reply.body]).toEqual([
        401,
        { success: false, error: expect.any(String), code: "unauthenticated" },
      ]);
    }
  },
);

it.each(operations)("403: %s %s with a key that lacks the scope", async (method, path, json) => {
  const { key } = await api.newKey({ scopes: [method === "GET" ? "contacts:write" : "contacts:read"] });
  const reply = await api.call(method, pathOf(path), { key, json });
  expect([reply.status, reply.body.code]).toEqual([403, "missing_scope"]);
});

it.each(["sk", "md", "msk", "mc_live"] as const)("200: a key with the prefix %s", async (prefix) => {
  const { key } = await api.newKey({ prefix, scopes: ["contacts:read"] });
  expect((await api.call("GET", base, { key })).status).toBe(200);
});

it("404: another tenant's contact is as one that is not there", async () => {
  for (const [method, json] of [["GET"], ["PATCH", { firstName: "x" }], ["DELETE"]] as const) {
    const theirs = await api.call(method, `${base}/${id}`, { key: beside, json });
    const nobodys = await api.call(method, `${base}/0190c8f0-0000-7000-8000-000000000000`, {
      key: beside,
      json,
    });
    expect([theirs.status, theirs.body]).toEqual([404, nobodys.body]);
  }
  const { body } = await api.call("GET", base, { key: beside });
  expect(body).toMatchObject({ pagination: { total: 1 }, contacts: [{ email: "beside@example.com" }] });
});

it("201: an email of another tenant is free", async () => {
  const reply = await api.call("POST", base, { key: beside, json: { email: "home@example.com" } });
  expect(reply.status).toBe(201);
});

it("200: an admin key names another tenant by X-Tenant-Id; 403 for others and for one that is not there", async () => {
  const as = (tenant: string, key?: string) =>
    api.call("GET", base, { headers: { "X-Tenant-Id": tenant }, ...(key !== undefined && { key }) });
  const reply = await as("beside");
  expect(reply.body.contacts.map(({ email }: { email: string }) => email)).toContain("beside@example.com");
  expect((await as("default", beside)).status).toBe(403);
  expect((await as("nowhere")).body).toMatchObject({ success: false, code: "tenant_forbidden" });
});

it("the same under /mail", async () => {
  const made = await api.call("POST", `/mail${base}`, { json: { email: "mail@example.com" } });
  expect(made.status).toBe(201);
  const one = `/mail${base}/${made.body.contact.id}`;
  expect((await api.call("GET", one)).body).toEqual(made.body);
  expect((await api.call("GET", `/mail${base}?search=mail@`)).body.contacts).toEqual([made.body.contact]);
  expect((await api.call("PATCH", one, { json: { firstName: "M" } })).body.contact.firstName).toBe("M");
  const imported = await api.call("POST", `/mail${base}/import`, {
    body: "email\nmail@example.com\nnew@mail.example\n",
    headers: { "Content-Type": "text/csv" },
  });
  expect(imported.body).toMatchObject({ success: true, imported: 1, skipped: 1 });
  expect((await api.call("DELETE", one)).body).toEqual({ success: true });
});

it("404: paths that this API does not have, in its own envelope", async () => {
  for (const [method, path] of [
    ["PUT", base],
    ["DELETE", base],
    ["GET", "/api/v1"],
    ["GET", "/mail/api/v1/people"],
    ["POST", `${base}/a/b`],
    ["PUT", `${base}/import`],
  ] as const) {
    const reply = await api.call(method, path);
    expect([path, reply.status, reply.body]).toEqual([
      path,
      404,
      { success: false, error: expect.any(String), code: "no_such_route" },
    ]);
  }
});

it("400: an Idempotency-Key that is none", async () => {
  const headers = { "Idempotency-Key": "x".repeat(1000) };
  const reply = await api.call("POST", base, { json: { email: "x@example.com" }, headers });
  expect([reply.status, reply.body.code]).toEqual([400, "invalid"]);
});
