import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/v1/bulk/lists";

let api: RunningApi;
let key: string;
let tenants = 0;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());
beforeEach(async () => {
  ({ key } = await api.newKey({ tenant: `lists-${++tenants}`, prefix: "md", scopes: ["contacts"] }));
  for (const email of ["ana@x.io", "bo@x.io"]) {
    await api.call("POST", "/v1/bulk/contacts", { key, json: { email } });
  }
  await call("POST", "", { name: "Spring fair" });
});

const call = (method: string, path: string, json?: unknown) =>
  api.call(method, base + path, { key, ...(json !== undefined && { json }) });
const counts = async () => {
  const { body } = await call("GET", "");
  return Object.fromEntries(
    body.map(({ id, contact_count }: Record<string, unknown>) => [id, contact_count]),
  );
};

describe("/v1/bulk/lists", () => {
  it("lists are known by their short names, which stay", async () => {
    const { status, body } = await call("POST", "", { name: "Herbst", color: "red" });
    expect([status, body]).toEqual([
      201,
      {
        id: "herbst",
        name: "Herbst",
        key_id: `lists-${tenants}`,
        contact_count: 0,
        created_at: expect.any(String),
      },
    ]);
    expect((await call("PATCH", "/herbst", { name: "Winter" })).body).toMatchObject({
      id: "herbst",
      name: "Winter",
    });
    expect(await counts()).toEqual({ herbst: 0, "spring-fair": 0 });
    const deleted = await call("DELETE", "/herbst");
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect((await call("GET", "/herbst")).status).toBe(404);
  });

  it("only contacts that are there are put on one; the answer counts them", async () => {
    const { status, body } = await call("POST", "/spring-fair/contacts", {
      emails: ["ANA@x.io", "no@x.io", "bo@x.io"],
    });
    expect([status, body]).toEqual([200, { added: 2, not_found: ["no@x.io"] }]);
    const shown = await call("GET", "/spring-fair?limit=1&offset=1");
    expect(shown.body).toMatchObject({ contact_count: 2, total: 2, limit: 1, offset: 1 });
    expect(shown.body.contacts.map(({ email }: { email: string }) => email)).toEqual(["ana@x.io"]);
    expect((await call("DELETE", "/spring-fair/contacts/BO%40x.io")).status).toBe(204);
    expect((await call("DELETE", "/spring-fair/contacts/bo@x.io")).status).toBe(404);
    await api.call("PATCH", "/v1/bulk/contacts/ana@x.io", { key, json: { status: "bounced" } });
    expect((await call("GET", "/spring-fair?status=active")).body).toMatchObject({ contacts: [], total: 0 });
    expect((await call("GET", "/spring-fair?status=bounced")).body.total).toBe(1);
  });

  it("one is duplicated, many are deleted together or not at all", async () => {
    await call("POST", "/spring-fair/contacts", { emails: ["ana@x.io"] });
    const { status, body } = await call("POST", "/spring-fair/duplicate");
    expect([status, body]).toMatchObject([201, { id: "spring-fair-copy", contact_count: 1 }]);
    const missing = await call("POST", "/delete", { ids: ["spring-fair", "nowhere"] });
    expect([missing.status, missing.body.error.type]).toEqual([404, "not_found_error"]);
    expect(await counts()).toEqual({ "spring-fair": 1, "spring-fair-copy": 1 });
    const all = await call("POST", "/delete", { ids: ["spring-fair", "spring-fair-copy"] });
    expect([all.status, all.body, await counts()]).toEqual([200, { deleted: 2 }, {}]);
  });

  it.each([
    ["POST", "", {}, 400, "validation_error"],
    ["POST", "", { name: "" }, 422, "validation_error"],
    ["POST", "", { name: "Spring fair" }, 409, "conflict_error"],
    ["POST", "/spring-fair/contacts", { emails: "ana@x.io" }, 400, "validation_error"],
    ["POST", "/spring-fair/contacts", { emails: Array(10_001).fill("a@x.io") }, 400, "validation_error"],
    ["POST", "/nowhere/contacts", { emails: [] }, 404, "not_found_error"],
    ["POST", "/nowhere/duplicate", undefined, 404, "not_found_error"],
    ["GET", "/spring-fair?limit=0", undefined, 422, "validation_error"],
    ["GET", "/a%00b", undefined, 404, "not_found_error"],
  ])("%s %s is refused: %s", async (method, path, json, status, type) => {
    const reply = await call(method, path, json);
    expect([reply.status, reply.body.error.type]).toEqual([status, type]);
  });
});
