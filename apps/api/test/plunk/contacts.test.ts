import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const create = async (json: object) => (await api.call("POST", "/contacts", { json })).body;
const nobody = "0190a000-0000-7000-8000-000000000000";

describe("POST /contacts", () => {
  it("201: a new contact is subscribed, and says that it is new", async () => {
    const reply = await api.call("POST", "/contacts", {
      json: {
        email: " New@Example.com ",
        data: { plan: "pro", seats: 3, firstName: "Nia", tags: ["a", "b"] },
      },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: "new@example.com",
      subscribed: true,
      data: { plan: "pro", seats: 3, firstName: "Nia", tags: ["a", "b"] },
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      _meta: { isNew: true, isUpdate: false },
    });
  });

  it("200: an email that is there is merged into, null deletes a key, an empty text is ignored, tags are added", async () => {
    await create({ email: "m@example.com", data: { a: 1, b: 2, c: "keep", lastName: "Old", tags: ["x"] } });
    const reply = await api.call("POST", "/contacts", {
      json: { email: "M@EXAMPLE.COM", data: { a: null, b: 3, c: "", lastName: "", phone: "1", tags: ["y"] } },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      data: { b: 3, c: "keep", lastName: "Old", phone: "1", tags: ["x", "y"] },
      _meta: { isNew: false, isUpdate: true },
    });
    expect(reply.body.data).not.toHaveProperty("a");
  });

  it("201: empty data reads as {}, and a contact can begin unsubscribed", async () => {
    const reply = await api.call("POST", "/contacts", {
      json: { email: "e@example.com", subscribed: false },
    });
    expect(reply.body).toMatchObject({ subscribed: false, data: {} });
  });

  it.each([{}, { email: null }, { email: "not an address" }, { email: 7 }, []])(
    "400: a missing or bad email, %j",
    async (json) => {
      const reply = await api.call("POST", "/contacts", { json });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({
        success: false,
        error: {
          code: "VALIDATION_ERROR",
          statusCode: 400,
          requestId: reply.headers.get("x-request-id"),
          errors: [{ field: "email" }],
        },
        timestamp: expect.stringMatching(/Z$/),
      });
    },
  );

  it("400: a body that is no JSON", async () => {
    const reply = await api.call("POST", "/contacts", {
      body: "{",
      headers: { "Content-Type": "application/json" },
    });
    expect(reply.status).toBe(400);
    expect(reply.body.error.code).toBe("INVALID_REQUEST_BODY");
  });

  it.each([
    [{ subscribed: "yes" }, "subscribed"],
    [{ data: [] }, "data"],
    [{ data: { firstName: 3 } }, "data.firstName"],
    [{ data: { tags: "a" } }, "data.tags"],
    [{ data: { locale: "x".repeat(36) } }, "data.locale"],
    [{ data: JSON.parse('{"__proto__": 1}') }, "data.__proto__"],
  ])("422: %j names the field at fault", async (fields, field) => {
    const reply = await api.call("POST", "/contacts", { json: { email: "v@example.com", ...fields } });
    expect(reply.status).toBe(422);
    expect(reply.body.error).toMatchObject({ code: "VALIDATION_ERROR", errors: [{ field }] });
  });

  it("409: subscribed: true does not bring back an address that bounced", async () => {
    const { id } = await create({ email: "bounced@example.com" });
    await api.deps.sql`update contacts set status = 'bounced' where id = ${id}`;
    const reply = await api.call("POST", "/contacts", {
      json: { email: "bounced@example.com", subscribed: true },
    });
    expect(reply.status).toBe(409);
    expect(reply.body.error.message).toContain("bounced");
  });

  it("413: a body above the limit is refused", async () => {
    const reply = await api.call("POST", "/contacts", {
      json: { email: "a@example.com", data: { a: "x".repeat(300_000) } },
    });
    expect(reply.status).toBe(413);
  });
});

describe("GET, PATCH and DELETE /contacts/:id", () => {
  it("200: reads what was written", async () => {
    const { _meta, ...contact } = await create({ email: "r@example.com", data: { k: { deep: [1] } } });
    const reply = await api.call("GET", `/contacts/${contact.id}`);
    expect([reply.status, reply.body]).toEqual([200, contact]);
  });

  it("200: changes email and status, and tags in a change replace the set", async () => {
    const { id } = await create({ email: "p@example.com", data: { tags: ["a", "b"], k: 1 } });
    const reply = await api.call("PATCH", `/contacts/${id}`, {
      json: { email: "p2@example.com", subscribed: false, data: { tags: ["c"], firstName: "P" }, unknown: 1 },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      email: "p2@example.com",
      subscribed: false,
      data: { tags: ["c"], firstName: "P", k: 1 },
    });
  });

  it("200: a change that changes nothing leaves updatedAt as it was", async () => {
    const before = await create({ email: "same@example.com", data: { a: 1 } });
    const reply = await api.call("PATCH", `/contacts/${before.id}`, { json: { data: { a: 1 } } });
    expect(reply.body.updatedAt).toBe(before.updatedAt);
  });

  it("204: a deleted contact is gone", async () => {
    const { id } = await create({ email: "d@example.com" });
    const reply = await api.call("DELETE", `/contacts/${id}`);
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expect((await api.call("GET", `/contacts/${id}`)).status).toBe(404);
  });

  it("409: an email that another contact has", async () => {
    await create({ email: "taken@example.com" });
    const { id } = await create({ email: "wants@example.com" });
    const reply = await api.call("PATCH", `/contacts/${id}`, { json: { email: "taken@example.com" } });
    expect([reply.status, reply.body.error.code]).toEqual([409, "CONFLICT"]);
  });

  it("422: a bad email in a change", async () => {
    const { id } = await create({ email: "q@example.com" });
    const reply = await api.call("PATCH", `/contacts/${id}`, { json: { email: "nonsense" } });
    expect([reply.status, reply.body.error.errors[0].field]).toEqual([422, "email"]);
  });

  it.each(["GET", "PATCH", "DELETE"])("404: %s of an id that is not there, or is none", async (method) => {
    for (const id of [nobody, "con_01ABC", "12", "ann@example.com", "import"]) {
      const reply = await api.call(method, `/contacts/${id}`, method === "PATCH" ? { json: {} } : {});
      expect([id, reply.status, reply.body.error.statusCode]).toEqual([id, 404, 404]);
    }
  });

  it("404: a contact of another tenant", async () => {
    const { id } = await create({ email: "mine@example.com" });
    const other = await api.newKey({ tenant: "other" });
    expect((await api.call("GET", `/contacts/${id}`, { key: other.key })).status).toBe(404);
    expect((await api.call("DELETE", `/contacts/${id}`, { key: other.key })).status).toBe(404);
  });
});

describe("GET /contacts", () => {
  let key: string;
  beforeAll(async () => {
    ({ key } = await api.newKey({ tenant: "listed" }));
    for (let n = 1; n <= 25; n++) {
      await api.call("POST", "/contacts", {
        key,
        json: { email: `c${n}@example.com`, subscribed: n % 5 !== 0 },
      });
    }
  });

  it("200: pages of 20, newest first, each contact once, the total on the first page only", async () => {
    const first = (await api.call("GET", "/contacts", { key })).body;
    expect(first).toMatchObject({ hasMore: true, total: 25 });
    expect(first.data).toEqual(first.contacts);
    expect(first.contacts[0].email).toBe("c25@example.com");
    const second = (await api.call("GET", `/contacts?cursor=${first.cursor}`, { key })).body;
    expect(second).toMatchObject({ hasMore: false, cursor: null });
    expect(second).not.toHaveProperty("total");
    const emails = [...first.contacts, ...second.contacts].map(({ email }) => email);
    expect(emails).toEqual(Array.from({ length: 25 }, (_, n) => `c${25 - n}@example.com`));
  });

  it("200: filters by part of the email under both names, and by subscription", async () => {
    const emails = async (query: string) =>
      (await api.call("GET", `/contacts?${query}`, { key })).body.contacts.map(
        ({ email }: { email: string }) => email,
      );
    expect(await emails("email=c24")).toEqual(["c24@example.com"]);
    expect(await emails("search=C24%40")).toEqual(["c24@example.com"]);
    expect(await emails("subscribed=false")).toHaveLength(5);
    expect((await api.call("GET", "/contacts?subscribed=true&limit=1", { key })).body.total).toBe(20);
  });

  it("200: a limit above 100 is clamped, unknown parameters are ignored", async () => {
    expect((await api.call("GET", "/contacts?limit=5000&sort=x", { key })).body.contacts).toHaveLength(25);
  });

  it.each(["limit=0", "limit=x", "limit=-1", "cursor=tampered", "subscribed=maybe", "email=a&email=b"])(
    "422: %s",
    async (query) => {
      const reply = await api.call("GET", `/contacts?${query}`, { key });
      expect([reply.status, reply.body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    },
  );
});
