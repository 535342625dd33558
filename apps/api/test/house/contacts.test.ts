import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
});

const alice = {
  email: "alice@example.com",
  firstName: "Alice",
  lastName: "Smith",
  tags: ["customer"],
  metadata: { plan: "pro", signupSource: "landing-page" },
};
const id = expect.stringMatching(/^con_[0-9A-HJKMNP-TV-Z]{26}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const shownAlice = {
  id,
  ...alice,
  name: "Alice Smith",
  phone: null,
  status: "active",
  externalId: null,
  locale: null,
  consent: null,
  source: null,
  createdAt: time,
  score: 50,
  tier: "potential",
  updatedAt: time,
};
const post = (json: Json, query = "") => api.house("POST", `/v1/contacts${query}`, { json });
const fieldErrors = (body: Json) => Object.keys(body.details.fieldErrors);

describe("201", () => {
  it("POST creates the documented contact and answers it with every field", async () => {
    const { status, body } = await post(alice);
    expect([status, body]).toEqual([201, { success: true, data: shownAlice }]);
    const read = await api.house("GET", `/v1/contacts/${body.data.id}`);
    expect([read.status, read.body]).toEqual([200, body]);
  });

  it("POST takes every field and status, and reads the older words", async () => {
    const given = {
      email: "Bob@Example.com ",
      name: "Bob B.",
      phone: "+49 30 1",
      tags: [" a ", "b", "a"],
      customFields: { plan: "free" },
      status: "subscribed",
      externalId: "crm-1",
      locale: "de",
      consent: "v2",
      source: "fair",
    };
    const { body } = await post(given);
    expect(body.data).toMatchObject({
      email: "bob@example.com",
      name: "Bob B.",
      firstName: null,
      tags: ["a", "b"],
      metadata: { plan: "free" },
      status: "active",
      externalId: "crm-1",
      locale: "de",
      consent: "v2",
      source: "fair",
    });
    expect((await post({ email: "c@x.io", status: "complained" })).body.data.status).toBe("complained");
  });

  it("?upsert=true and PUT create by email", async () => {
    expect((await post(alice, "?upsert=true")).status).toBe(201);
    expect((await api.house("PUT", "/v1/contacts", { json: { email: "p@x.io" } })).status).toBe(201);
  });

  it("under /mail answers carry the contact under both names", async () => {
    const { status, body } = await api.house("POST", "/mail/v1/contacts", { json: alice });
    expect([status, body]).toEqual([201, { success: true, data: shownAlice, contact: shownAlice }]);
  });
});

describe("200", () => {
  it.each(["POST", "PUT"])("%s merges by externalId, else by email", async (method) => {
    const { id } = await api.created({ ...alice, externalId: "crm-1" });
    const upsert = (json: object) =>
      api.house(method, `/v1/contacts${method === "POST" ? "?upsert=true" : ""}`, { json });
    const byEmail = await upsert({
      email: "ALICE@example.com",
      tags: ["vip"],
      metadata: { plan: null, n: 1 },
    });
    expect([byEmail.status, byEmail.body.data]).toMatchObject([
      200,
      { id, tags: ["customer", "vip"], metadata: { signupSource: "landing-page", n: 1 } },
    ]);
    const byId = await upsert({ externalId: "crm-1", email: "new@example.com", firstName: null });
    expect([byId.status, byId.body.data]).toMatchObject([
      200,
      { id, email: "new@example.com", firstName: null, name: "Smith" },
    ]);
    expect((await upsert({ externalId: "crm-1" })).status).toBe(200);
  });

  it("PATCH takes any subset of the fields, replaces tags, merges metadata, and takes the email that is there", async () => {
    const { id } = await api.created(alice);
    const { status, body } = await api.house("PATCH", `/v1/contacts/${id}`, {
      json: { email: "Alice@Example.com", tags: ["churned"], metadata: { plan: "free" }, status: "bounced" },
    });
    expect([status, body.data]).toMatchObject([
      200,
      {
        id,
        tags: ["churned"],
        metadata: { plan: "free", signupSource: "landing-page" },
        status: "bounced",
        firstName: "Alice",
      },
    ]);
    const again = await api.house("PATCH", `/mail/v1/contacts/${id}`, { json: { status: "active" } });
    expect(again.body.contact).toEqual(again.body.data);
    expect(again.body.data.status).toBe("active");
  });

  it("DELETE removes a contact; with erase nothing brings the address back by itself", async () => {
    const remove = async (query: string) => {
      const { id } = await api.created({ email: "gone@x.io" });
      const { status, body } = await api.house("DELETE", `/v1/contacts/${id}${query}`);
      expect([status, body]).toEqual([
        200,
        query === "" ? { success: true } : { success: true, data: expect.objectContaining({ done: false }) },
      ]);
      expect((await api.house("GET", `/v1/contacts/${id}`)).status).toBe(404);
      const again = (await post({ email: "gone@x.io" })).body.data;
      await api.house("DELETE", `/v1/contacts/${again.id}`);
      return again.status;
    };
    expect(await remove("")).toBe("active");
    expect(await remove("?erase=true")).toBe("unsubscribed");
  });
});

describe("400", () => {
  const keys = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, i]));
  it.each([
    [{}, ["email"]],
    [{ email: 5 }, ["email"]],
    [{ email: "no" }, ["email"]],
    [{ email: null }, ["email"]],
    [{ email: ["a@x.io"] }, ["email"]],
    [{ email: "a@x.io", firstName: 5, phone: [], tags: "x" }, ["firstName", "phone", "tags"]],
    [{ email: "a@x.io", tags: ["x", 5] }, ["tags.1"]],
    [{ email: "a@x.io", tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, ["tags"]],
    [{ email: "a@x.io", metadata: keys }, ["metadata"]],
    [{ email: "a@x.io", metadata: [] }, ["metadata"]],
    [{ email: "a@x.io", metadata: { firstName: "A" } }, ["metadata.firstName"]],
    [{ email: "a@x.io", customFields: "x" }, ["customFields"]],
    [{ email: "a@x.io", metadata: {}, customFields: {} }, ["customFields"]],
    [{ email: "a@x.io", status: "gone" }, ["status"]],
    [{ email: "a@x.io", status: true }, ["status"]],
    [{ email: "a@x.io", name: "a\0" }, ["name"]],
    [{ email: "a@x.io", externalId: "x".repeat(129) }, ["externalId"]],
    [{ email: "a@x.io", first_name: "A", score: 5 }, ["first_name", "score"]],
  ])("POST and PATCH name what is wrong: %j", async (json, fields) => {
    const { id } = await api.created(alice);
    const bad = await post(json);
    expect([bad.status, bad.body.success, bad.body.code, fieldErrors(bad.body)]).toEqual([
      400,
      false,
      "invalid",
      fields,
    ]);
    if (Object.keys(json).length === 0) return;
    const patched = await api.house("PATCH", `/v1/contacts/${id}`, { json });
    expect([patched.status, fieldErrors(patched.body)]).toEqual([400, fields]);
  });

  it.each([[], "x", 5, null, [alice]])("a body that is no object is told so: %j", async (json) => {
    const { status, body } = await post(json);
    expect([status, body]).toMatchObject([400, { success: false, error: expect.stringContaining("JSON") }]);
  });

  it.each([
    ["{", "application/json"],
    ['{"email":"a@x.io"}', "text/plain"],
    ["email=a@x.io", "application/x-www-form-urlencoded"],
  ])("a body that cannot be read: %s as %s", async (body, type) => {
    const reply = await api.house("POST", "/v1/contacts", { body, headers: { "Content-Type": type } });
    expect([reply.status, reply.body]).toMatchObject([
      400,
      { success: false, error: expect.stringContaining("JSON") },
    ]);
  });

  it("PATCH refuses another email", async () => {
    const { id } = await api.created(alice);
    const { status, body } = await api.house("PATCH", `/v1/contacts/${id}`, { json: { email: "b@x.io" } });
    expect([status, fieldErrors(body)]).toEqual([400, ["email"]]);
  });

  it("an upsert that names nobody, or a new contact by its externalId alone", async () => {
    for (const json of [{ firstName: "A" }, { externalId: "" }, { externalId: "new" }]) {
      const { status, body } = await post(json, "?upsert=true");
      expect([status, fieldErrors(body)]).toEqual([400, ["email"]]);
    }
  });

  it.each(["?upsert=yes", "?upsert=true&upsert=true", "?upset=true"])("POST %s", async (query) => {
    const { status, body } = await post(alice, query);
    expect([status, fieldErrors(body)]).toEqual([400, [query.slice(1, 7).replace("=", "")]]);
  });
});

describe("404", () => {
  it.each(["con_nobody", "con_00000000000000000000000000", "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17", "1"])(
    "an id that no contact has here: %s",
    async (id) => {
      for (const method of ["GET", "PATCH", "DELETE"]) {
        const { status, body } = await api.house(method, `/v1/contacts/${id}`, {
          ...(method === "PATCH" && { json: {} }),
        });
        expect([status, body]).toMatchObject([404, { success: false, code: "not_found" }]);
      }
    },
  );

  it("a contact of another tenant", async () => {
    const { id } = await api.created(alice);
    await api.freshTenant();
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const { status } = await api.house(method, `/v1/contacts/${id}`, {
        ...(method === "PATCH" && { json: {} }),
      });
      expect(status).toBe(404);
    }
  });
});

describe("409", () => {
  it("POST of an email that is there names the contact", async () => {
    const { id } = await api.created(alice);
    const { status, body } = await post({ email: "Alice@example.com", tags: ["x"] });
    expect([status, body]).toMatchObject([
      409,
      { success: false, code: "contact_exists", contactId: id, error: expect.stringContaining(id) },
    ]);
    expect((await api.house("GET", `/v1/contacts/${id}`)).body.data.tags).toEqual(["customer"]);
  });

  it("POST, PUT and PATCH name whose externalId or email it is", async () => {
    const { id } = await api.created({ ...alice, externalId: "crm-1" });
    const other = await api.created({ email: "bob@x.io", externalId: "crm-2" });
    const replies = [
      await post({ email: "new@x.io", externalId: "crm-1" }),
      await api.house("PUT", "/v1/contacts", { json: { email: alice.email, externalId: "crm-3" } }),
      await api.house("PUT", "/v1/contacts", { json: { email: alice.email, externalId: "crm-2" } }),
      await api.house("PATCH", `/v1/contacts/${other.id}`, { json: { externalId: "crm-1" } }),
    ];
    expect(replies.map(({ status, body }) => [status, body.code, body.contactId])).toEqual([
      [409, "external_id_taken", id],
      [409, "external_id_taken", id],
      [409, "email_taken", id],
      [409, "external_id_taken", id],
    ]);
  });
});

describe("401, 403, 413", () => {
  it("without a key, and with one that lacks the right", async () => {
    expect((await api.house("GET", "/v1/contacts", { key: null })).status).toBe(401);
    const { key: reads } = await api.newKey({ scopes: ["contacts:read"] });
    const { key: writes } = await api.newKey({ scopes: ["contacts:write"] });
    expect((await api.house("POST", "/v1/contacts", { json: alice, key: reads })).status).toBe(403);
    expect((await api.house("GET", "/v1/contacts", { key: writes })).status).toBe(403);
    const { status, body } = await api.house("POST", "/v1/contacts", { json: alice, key: writes });
    expect(status).toBe(201);
    const path = `/v1/contacts/${body.data.id}`;
    expect((await api.house("PATCH", path, { json: { email: alice.email }, key: writes })).status).toBe(200);
    expect((await api.house("DELETE", path, { key: reads })).status).toBe(403);
  });

  it("a body over the limit", async () => {
    const { status, body } = await post({ email: "a@x.io", name: "x".repeat(300_000) });
    expect([status, body.code]).toEqual([413, "body_too_large"]);
  });
});

it("a POST with an Idempotency-Key is done once, and its answer replayed", async () => {
  const send = () =>
    api.house("POST", "/v1/contacts", { json: alice, headers: { "Idempotency-Key": "order-1" } });
  const first = await send();
  const second = await send();
  expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
});
