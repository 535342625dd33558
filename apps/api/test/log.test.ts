import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it("each request is one line with its id, and no address, name, key or query is in the log", async () => {
  const json = { email: "private@example.com", data: { firstName: "Undisclosed" } };
  const { id } = (await api.call("POST", "/contacts", { json })).body;
  await api.call("GET", `/contacts/${id}`, { headers: { "X-Request-Id": "my-own.id_1" } });
  await api.call("GET", "/contacts?email=private%40example.com");
  await api.call("GET", "/contacts/private@example.com");
  await api.call("GET", "/private@example.com");
  const body = "email\nprivate@example.com\n";
  await api.call("POST", "/v1/contacts/imports?name=Undisclosed", {
    body,
    headers: { "Content-Type": "text/csv" },
  });

  const log = api.logLines.join("");
  expect(log).not.toMatch(/private|Undisclosed|sk_/);
  const lines = api.logLines.map((line) => JSON.parse(line));
  expect(lines).toHaveLength(6);
  expect(lines[1]).toMatchObject({
    level: 30,
    msg: "request",
    requestId: "my-own.id_1",
    method: "GET",
    path: "/contacts/:id",
    status: 200,
    ms: expect.any(Number),
  });
});

it("the caller's request id is kept if it is sane, and another one is made if not", async () => {
  const idOf = async (given: string) =>
    (await api.call("GET", "/healthz", { headers: { "X-Request-Id": given } })).headers.get("x-request-id");
  expect(await idOf("abc-1")).toBe("abc-1");
  expect(await idOf("ann@example.com")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await idOf("x".repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
});

it("/healthz answers without a key; /readyz is 503 until a worker reports, and while the database is away", async () => {
  expect((await api.call("GET", "/healthz", { key: null })).status).toBe(200);
  const waiting = await api.call("GET", "/readyz", { key: null });
  expect([waiting.status, waiting.body]).toMatchObject([503, { database: true, worker: false }]);
  await api.deps.sql`insert into workers (id) values ('0190a000-0000-7000-8000-000000000000')`;
  const ready = await api.call("GET", "/readyz", { key: null });
  expect([ready.status, ready.body]).toMatchObject([200, { database: true, worker: true }]);
  await api.deps.sql`alter table workers rename to workers_elsewhere`;
  expect((await api.call("GET", "/readyz")).status).toBe(503);
  await api.deps.sql`alter table workers_elsewhere rename to workers`;
});

it("security headers are set, and the framework is not told", async () => {
  const { headers } = await api.call("GET", "/healthz");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-powered-by")).toBeNull();
});
