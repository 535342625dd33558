import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "./running-api.ts";

const page = "https://app.example.com";
const preflight = {
  Origin: page,
  "Access-Control-Request-Method": "PATCH",
  "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,x-tenant-id",
};
const allowances = (headers: Headers) =>
  [...headers].filter(([name]) => name.startsWith("access-control-")).map(([name]) => name);

describe("without CORS_ORIGINS", () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api?.close());

  it.each([
    "/contacts",
    "/v1/bulk/contacts",
    "/api/v1/contacts",
    "/v1/contacts",
    "/trpc/contacts.list",
    "/docs",
  ])("no page of another origin is let in at %s", async (path) => {
    const asked = await api.call("OPTIONS", path, { key: null, headers: preflight });
    const got = await api.call("GET", path, { headers: { Origin: page } });
    expect([...allowances(asked.headers), ...allowances(got.headers)]).toEqual([]);
    expect(asked.status).toBeLessThan(500);
  });
});

describe("with CORS_ORIGINS", () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi({ CORS_ORIGINS: [page, "http://localhost:5173"] });
  });
  afterAll(() => api?.close());

  it("a page of these origins may ask, without a key, which methods and headers it may use", async () => {
    for (const path of ["/contacts", "/v1/contacts/con_x", "/trpc/contacts.upsert"]) {
      const { status, headers } = await api.call("OPTIONS", path, { key: null, headers: preflight });
      expect([status, headers.get("access-control-allow-origin")]).toEqual([204, page]);
      expect(headers.get("access-control-allow-methods")).toContain("PATCH");
      expect(headers.get("access-control-allow-headers")).toContain("idempotency-key");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("x-request-id")).not.toBeNull();
    }
  });

  it("it reads answers and refusals, with the headers that are there for it", async () => {
    const headers = { Origin: page };
    for (const key of [api.owner.key, "sk_wrong"]) {
      const reply = await api.call("GET", "/contacts", { key, headers });
      expect(reply.headers.get("access-control-allow-origin")).toBe(page);
      expect(reply.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
      expect(reply.headers.get("vary")).toContain("Origin");
    }
  });

  it("a page of another origin is not let in", async () => {
    for (const Origin of ["https://evil.example", `${page}.evil.example`, "null", "http://app.example.com"]) {
      const asked = await api.call("OPTIONS", "/contacts", { key: null, headers: { ...preflight, Origin } });
      const got = await api.call("GET", "/contacts", { headers: { Origin } });
      expect(asked.headers.get("access-control-allow-origin")).toBeNull();
      expect(got.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

it("with * every page is let in", async () => {
  const api = await startApi({ CORS_ORIGINS: "*" });
  try {
    const { headers } = await api.call("GET", "/contacts", { headers: { Origin: "https://any.example" } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
  } finally {
    await api.close();
  }
});
