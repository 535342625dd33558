import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/v1/bulk/contacts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const create = async (json: object) => (await api.call("POST", base, { json })).body;

describe("POST /v1/bulk/contacts", () => {
  it("201: the published example gives the full contact, with and without more metadata", async () => {
    const first = await api.call("POST", base, {
      json: { email: "ana@empresa.com", name: "Ana García", metadata: { plan: "pro" } },
    });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      id: expect.any(Number),
      email: "ana@empresa.com",
      name: "Ana García",
      metadata: { plan: "pro" },
      status: "active",
      key_id: "default",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const second = await api.call("POST", base, {
      json: {
        email: "ana@empresa.com",
        name: "Ana García",
        metadata: { plan: "pro", signup_source: "landing" },
      },
    });
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
    expect(second.body.metadata).toEqual({ plan: "pro", signup_source: "landing" });
  });

  it("201: an existing contact keeps what is not sent, null clears, metadata merges by key", async () => {
    await create({ email: "m@example.com", name: "Em", metadata: { a: 1, b: { c: 2 }, d: 4 } });
    const reply = await api.call("POST", base, {
      json: { email: " M@EXAMPLE.com", metadata: { a: null, b: { e: 3 } }, unknown: true },
    });
    expect(reply.body).toMatchObject({ email: "m@example.com", name: "Em" });
    expect(reply.body.metadata).toEqual({ b: { e: 3 }, d: 4 });
    const cleared = await create({ email: "m@example.com", name: null, metadata: null });
    expect([cleared.name, cleared.metadata]).toEqual([null, {}]);
  });

  it("201: unset fields are there as null and {}, a status that is named is set, and none that is not", async () => {
    const made = await create({ email: "left@example.com", status: "unsubscribed" });
    expect(made).toMatchObject({ name: null, metadata: {}, status: "unsubscribed" });
    expect(await create({ email: "left@example.com", name: "L" })).toMatchObject({ status: "unsubscribed" });
    expect(await create({ email: "left@example.com", status: "active" })).toMatchObject({ status: "active" });
  });

  it("201: what was read can be sent back as it is, and changes nothing", async () => {
    const made = await create({ email: "echo@example.com", name: "É", metadata: { x: [1] } });
    expect(await create(made)).toEqual(made);
  });

  it("201, replayed: the same Idempotency-Key gets the first answer; 409 with another body", async () => {
    const headers = { "Idempotency-Key": "one" };
    const json = { email: "once@example.com", name: "First" };
    const first = await api.call("POST", base, { json, headers });
    await create({ email: "once@example.com", name: "Second" });
    const again = await api.call("POST", base, { json, headers });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const other = await api.call("POST", base, { json: { email: "two@example.com" }, headers });
    expect([other.status, other.body.error.type]).toEqual([409, "idempotency_error"]);
  });

  it.each([
    [{}, "email"],
    [{ email: null }, "email"],
    [{ email: 7 }, "email"],
    [{ email: "a@example.com", name: 3 }, "name"],
    [{ email: "a@example.com", metadata: [] }, "metadata"],
    [{ email: "a@example.com", metadata: "x" }, "metadata"],
    [{ email: "a@example.com", key_id: 5 }, "key_id"],
    [[], "body"],
    [[{ email: "a@example.com" }], "body"],
  ])("400: %j is malformed at %s", async (json, param) => {
    const reply = await api.call("POST", base, { json });
    expect([reply.status, reply.body]).toEqual([
      400,
      {
        error: {
          type: "validation_error",
          code: "invalid",
          message: expect.any(String),
          param,
          details: [{ param, message: expect.any(String) }],
        },
      },
    ]);
  });

  it.each([
    ["{", "application/json"],
    ['"text"', "application/json"],
    ['{"email":"a@example.com"}', "text/plain"],
    ["", "application/json"],
    ["email=a%40example.com", "application/x-www-form-urlencoded"],
  ])("400: the body %j sent as %s", async (body, type) => {
    const reply = await api.call("POST", base, { body, headers: { "Content-Type": type } });
    expect([reply.status, reply.body.error.type]).toEqual([400, "validation_error"]);
  });

  it.each([
    [{ email: "nonsense" }, "email"],
    [{ email: "a@example.com", name: "x".repeat(256) }, "name"],
    [{ email: "a@example.com", name: "a\0b" }, "name"],
    [{ email: "a@example.com", status: "gone" }, "status"],
    [{ email: "a@example.com", metadata: { phone: "1" } }, "metadata.phone"],
    [{ email: "a@example.com", metadata: JSON.parse('{"__proto__": 1}') }, "metadata.__proto__"],
    [
      {
        email: "a@example.com",
        metadata: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, n])),
      },
      "metadata",
    ],
  ])("422: %j has a bad value in %s", async (json, param) => {
    const reply = await api.call("POST", base, { json });
    expect(reply.status).toBe(422);
    expect(reply.body.error).toMatchObject({ type: "validation_error", param, details: [{ param }] });
  });

  it("413: a body above the limit", async () => {
    const reply = await api.call("POST", base, {
      json: { email: "a@example.com", metadata: { a: "x".repeat(300_000) } },
    });
    expect([reply.status, reply.body.error.type]).toEqual([413, "payload_too_large_error"]);
  });
});

describe("GET, PATCH and DELETE /v1/bulk/contacts/{email}", () => {
  it("200: reads by the email in any case, also one with characters that an address needs escaped", async () => {
    const made = await create({ email: "o'neil+a/b%c@example.com", metadata: { k: { deep: [1] } } });
    for (const email of [made.email, made.email.toUpperCase()]) {
      const reply = await api.call("GET", `${base}/${encodeURIComponent(email)}`);
      expect([reply.status, reply.body]).toEqual([200, made]);
    }
  });

  it("200: a name of first and last reads as the two joined, until one is given", async () => {
    const json = { email: "two@names.example", data: { firstName: "Ada", lastName: "Lovelace" } };
    await api.call("POST", "/contacts", { json });
    const named = async () => (await api.call("GET", `${base}/two@names.example`)).body.name;
    expect(await named()).toBe("Ada Lovelace");
    await api.call("PATCH", `${base}/two@names.example`, { json: { name: "Countess" } });
    expect(await named()).toBe("Countess");
    await api.call("PATCH", `${base}/two@names.example`, { json: { name: null } });
    expect(await named()).toBe("Ada Lovelace");
  });

  it("200: the published change gives the full contact", async () => {
    const json = { email: "garcia@empresa.com", name: "Ana García", metadata: { plan: "pro", seats: 2 } };
    const made = await create(json);
    const reply = await api.call("PATCH", `${base}/garcia@empresa.com`, {
      json: { name: "Ana García López", status: "unsubscribed", metadata: { plan: "enterprise" } },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      ...made,
      name: "Ana García López",
      status: "unsubscribed",
      metadata: { plan: "enterprise", seats: 2 },
      updated_at: expect.any(String),
    });
    expect((await api.call("GET", `${base}/garcia@empresa.com`)).body).toEqual(reply.body);
  });

  it("200: a change of nothing leaves updated_at as it was", async () => {
    const made = await create({ email: "same@example.com", metadata: { a: 1 } });
    for (const json of [{}, { metadata: { a: 1 } }, { unknown: 1 }]) {
      expect((await api.call("PATCH", `${base}/same@example.com`, { json })).body).toEqual(made);
    }
  });

  it("204: a deleted contact is gone, and one that had left comes back as it was", async () => {
    await create({ email: "d@example.com", status: "complained" });
    const reply = await api.call("DELETE", `${base}/d@example.com`);
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expect((await api.call("GET", `${base}/d@example.com`)).status).toBe(404);
    expect(await create({ email: "d@example.com" })).toMatchObject({ status: "complained" });
  });

  it.each([
    [400, { name: {} }, "name"],
    [400, { metadata: 5 }, "metadata"],
    [422, { status: 5 }, "status"],
    [422, { status: "subscribed" }, "status"],
    [422, { metadata: { tags: [] } }, "metadata.tags"],
  ])("%i: a change of %j names the field", async (status, json, param) => {
    await create({ email: "v@example.com" });
    const reply = await api.call("PATCH", `${base}/v@example.com`, { json });
    expect([reply.status, reply.body.error]).toMatchObject([status, { type: "validation_error", param }]);
  });

  it.each(["GET", "PATCH", "DELETE"])("404: %s of an email that is not there, or is none", async (method) => {
    const paths = ["nobody@example.com", "import", "12", "con_01ABC", "%00", "a%2Fb"];
    for (const path of paths) {
      const reply = await api.call(method, `${base}/${path}`, method === "PATCH" ? { json: {} } : {});
      expect([path, reply.status, reply.body.error.type]).toEqual([path, 404, "not_found_error"]);
    }
  });
});
