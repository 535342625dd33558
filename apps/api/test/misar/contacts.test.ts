import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/api/v1/contacts";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT.*Z$/;

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const post = (json: unknown, headers: Record<string, string> = {}) =>
  api.call("POST", base, { json, headers });
const create = async (json: object) => (await post(json)).body.contact;
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
const list = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

/** The envelope of a refused input, with the fields at fault. */
const refused = (fields: string[]) => ({
  success: false,
  error: expect.any(String),
  code: "invalid",
  details: {
    fieldErrors: Object.fromEntries(
      fields.filter((field) => field !== "body").map((field) => [field, [expect.any(String)]]),
    ),
    formErrors: fields.includes("body") ? [expect.any(String)] : [],
  },
});

describe("POST /api/v1/contacts", () => {
  it("201: the published example gives the full contact", async () => {
    const reply = await post({
      email: "jane@example.com",
      firstName: "Jane",
      lastName: "Doe",
      phone: "+1234567890",
      tags: ["customer"],
      customFields: { plan: "pro", signup_source: "website" },
      status: "subscribed",
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      success: true,
      contact: {
        id: expect.stringMatching(uuid),
        email: "jane@example.com",
        firstName: "Jane",
        lastName: "Doe",
        phone: "+1234567890",
        status: "subscribed",
        tags: ["customer"],
        customFields: { plan: "pro", signup_source: "website" },
        created_at: expect.stringMatching(time),
        updated_at: expect.stringMatching(time),
      },
    });
  });

  it("201: an email alone gives null, [] and {} for the rest, and a subscribed contact", async () => {
    expect(await create({ email: " Alone@EXAMPLE.com ", unknown: 1 })).toMatchObject({
      email: "alone@example.com",
      firstName: null,
      lastName: null,
      phone: null,
      status: "subscribed",
      tags: [],
      customFields: {},
    });
  });

  it.each(["subscribed", "unsubscribed", "bounced", "complained"])("201: the status %s", async (status) => {
    expect(await create({ email: `${status}@example.com`, status })).toMatchObject({ status });
  });

  it("201: names in snake_case; where a field comes in both spellings camelCase wins", async () => {
    const made = await create({
      email: "snake@example.com",
      first_name: "Sn",
      last_name: "No",
      lastName: "Ake",
      custom_fields: { a: 1 },
    });
    expect(made).toMatchObject({ firstName: "Sn", lastName: "Ake", customFields: { a: 1 } });
  });

  it("409: an email that is there, in any case, is named with its contact and left as it was", async () => {
    const made = await create({ email: "taken@example.com", firstName: "T" });
    const reply = await post({ email: "TAKEN@example.com", firstName: "Other" });
    expect([reply.status, reply.body]).toEqual([
      409,
      {
        success: false,
        error: expect.stringMatching(`taken@example.com.*${made.id}`),
        code: "contact_exists",
        contactId: made.id,
      },
    ]);
    expect((await api.call("GET", `${base}/${made.id}`)).body.contact).toEqual(made);
  });

  it("one 201 and else 409 for simultaneous creations of one email", async () => {
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, n) => post({ email: "race@example.com", firstName: `F${n}` })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(15).fill(409)]);
  });

  it("201, replayed: the same Idempotency-Key gets the first answer; 409 with another body", async () => {
    const headers = { "Idempotency-Key": "misar-1" };
    const json = { email: "once@example.com" };
    const first = await post(json, headers);
    const again = await post(json, headers);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const other = await post({ email: "other@example.com" }, headers);
    expect([other.status, other.body]).toMatchObject([
      409,
      { success: false, code: "idempotency_key_reused" },
    ]);
  });

  it("201: a deleted address that had left comes back as it was, unless a status is given", async () => {
    const { id } = await create({ email: "back@example.com", status: "unsubscribed" });
    await api.call("DELETE", `${base}/${id}`);
    const again = await create({ email: "back@example.com" });
    expect(again.status).toBe("unsubscribed");
    await api.call("DELETE", `${base}/${again.id}`);
    expect(await create({ email: "back@example.com", status: "subscribed" })).toMatchObject({
      status: "subscribed",
    });
  });

  it.each([
    [{}, ["email"]],
    [{ email: null }, ["email"]],
    [{ email: 7 }, ["email"]],
    [{ email: ["a@example.com"] }, ["email"]],
    [{ email: "nonsense" }, ["email"]],
    [{ email: "a@example.com\0" }, ["email"]],
    [
      { email: 1, firstName: 2, tags: 3, customFields: 4, status: 5 },
      ["email", "firstName", "tags", "customFields", "status"],
    ],
    [{ email: "a@example.com", first_name: {} }, ["first_name"]],
    [{ email: "a@example.com", lastName: [] }, ["lastName"]],
    [{ email: "a@example.com", phone: 491234 }, ["phone"]],
    [{ email: "a@example.com", phone: "x".repeat(65) }, ["phone"]],
    [{ email: "a@example.com", firstName: "a\0b" }, ["firstName"]],
    [{ email: "a@example.com", firstName: "\ud800" }, ["firstName"]],
    [{ email: "a@example.com", tags: "customer" }, ["tags"]],
    [{ email: "a@example.com", tags: ["ok", 1] }, ["tags.1"]],
    [{ email: "a@example.com", tags: list(51) }, ["tags"]],
    [{ email: "a@example.com", tags: ["x".repeat(129)] }, ["tags"]],
    [{ email: "a@example.com", tags: ["a\0"] }, ["tags"]],
    [{ email: "a@example.com", customFields: [] }, ["customFields"]],
    [{ email: "a@example.com", custom_fields: "x" }, ["custom_fields"]],
    [{ email: "a@example.com", customFields: keys(101) }, ["customFields"]],
    [{ email: "a@example.com", customFields: { firstName: "no" } }, ["customFields.firstName"]],
    [{ email: "a@example.com", customFields: { a: "\0" } }, ["customFields.a"]],
    [{ email: "a@example.com", customFields: JSON.parse('{"__proto__":1}') }, ["customFields.__proto__"]],
    [{ email: "a@example.com", status: "active" }, ["status"]],
    [{ email: "a@example.com", status: null }, ["status"]],
    [{ email: "a@example.com", status: true }, ["status"]],
    [[{ email: "a@example.com" }], ["body"]],
    [[], ["body"]],
  ])("400: %j is refused by the names of its fields", async (json, fields) => {
    const reply = await post(json);
    expect([reply.status, reply.body]).toEqual([400, refused(fields)]);
  });

  it.each([
    ["{", "application/json", "malformed_body"],
    ['{"email":"a@example.com",}', "application/json", "malformed_body"],
    ['"text"', "application/json", "malformed_body"],
    ["", "application/json", "invalid"],
    ['{"email":"a@example.com"}', "text/plain", "invalid"],
    ["email=a%40example.com", "application/x-www-form-urlencoded", "invalid"],
    ['{"email":"a@example.com"}', "application/json; charset=klingon", "malformed_body"],
  ])("400: the body %j sent as %s", async (body, type, code) => {
    const reply = await api.call("POST", base, { body, headers: { "Content-Type": type } });
    expect([reply.status, reply.body]).toMatchObject([400, { success: false, code }]);
  });

  it("413: a body above the limit", async () => {
    const reply = await post({ email: "a@example.com", customFields: { a: "x".repeat(300_000) } });
    expect([reply.status, reply.body]).toMatchObject([413, { success: false, code: "body_too_large" }]);
  });
});

describe("GET, PATCH and DELETE /api/v1/contacts/:id", () => {
  it("200: reads the contact under its id, in either case", async () => {
    const made = await create({ email: "read@example.com", customFields: { deep: { a: [1, null] } } });
    for (const id of [made.id, made.id.toUpperCase()]) {
      const reply = await api.call("GET", `${base}/${id}`);
      expect([reply.status, reply.body]).toEqual([200, { success: true, contact: made }]);
    }
  });

  it("200: the published change keeps what is not sent and replaces the tags", async () => {
    const made = await create({
      email: "p@example.com",
      lastName: "Doe",
      tags: ["old"],
      customFields: { a: 1 },
    });
    const reply = await api.call("PATCH", `${base}/${made.id}`, {
      json: { firstName: "Jane", tags: ["customer", "vip"], status: "unsubscribed" },
    });
    expect(reply.status).toBe(200);
    const contact = {
      ...made,
      firstName: "Jane",
      tags: ["customer", "vip"],
      status: "unsubscribed",
      updated_at: expect.any(String),
    };
    expect(reply.body).toEqual({ success: true, contact });
    expect((await api.call("GET", `${base}/${made.id}`)).body).toEqual(reply.body);
  });

  it("200: null clears a field, and inside custom fields a key", async () => {
    const { id } = await create({
      email: "n@example.com",
      firstName: "N",
      phone: "1",
      tags: ["t"],
      customFields: { a: 1, b: 2 },
    });
    const patch = async (json: object) => (await api.call("PATCH", `${base}/${id}`, { json })).body.contact;
    expect(
      await patch({ first_name: null, phone: null, tags: null, custom_fields: { a: null, c: 3 } }),
    ).toMatchObject({ firstName: null, phone: null, tags: [], customFields: { b: 2, c: 3 } });
    expect(await patch({ customFields: null })).toMatchObject({ customFields: {} });
  });

  it("200: what was read can be sent back as it is, and changes nothing", async () => {
    const made = await create({ email: "echo@example.com", status: "bounced", customFields: { x: [1] } });
    for (const json of [made, {}]) {
      expect((await api.call("PATCH", `${base}/${made.id}`, { json })).body.contact).toEqual(made);
    }
  });

  it("200: a status that is named is set, back from a complaint too", async () => {
    const { id } = await create({ email: "c@example.com", status: "complained" });
    const reply = await api.call("PATCH", `${base}/${id}`, { json: { status: "subscribed" } });
    expect(reply.body.contact.status).toBe("subscribed");
  });

  it("200: a deleted contact is gone", async () => {
    const { id } = await create({ email: "d@example.com" });
    const reply = await api.call("DELETE", `${base}/${id}`);
    expect([reply.status, reply.body]).toEqual([200, { success: true }]);
    expect((await api.call("GET", `${base}/${id}`)).status).toBe(404);
    expect((await api.call("DELETE", `${base}/${id}`)).status).toBe(404);
  });

  it.each([
    [{ firstName: 1 }, ["firstName"]],
    [{ status: "deleted" }, ["status"]],
    [{ tags: list(51) }, ["tags"]],
    [{ customFields: keys(101) }, ["customFields"]],
    [{ customFields: { tags: [] } }, ["customFields.tags"]],
    [[], ["body"]],
  ])("400: a change of %j is refused by the names of its fields", async (json, fields) => {
    const { id } = (await api.call("GET", base)).body.contacts[0];
    const reply = await api.call("PATCH", `${base}/${id}`, { json });
    expect([reply.status, reply.body]).toEqual([400, refused(fields)]);
  });

  it("400: custom fields that are too many only with the stored ones", async () => {
    const { id } = await create({ email: "full@example.com", customFields: keys(100) });
    const reply = await api.call("PATCH", `${base}/${id}`, { json: { customFields: { more: 1 } } });
    expect([reply.status, reply.body.code]).toEqual([400, "invalid"]);
  });

  it.each(["GET", "PATCH", "DELETE"])(
    "404: %s of a contact that is not there, and of ids of other forms",
    async (method) => {
      const paths = [
        "0190c8f0-0000-7000-8000-000000000000",
        "1",
        "con_01ABC",
        "import",
        "bulk",
        "%00",
        "a%40b.c",
      ];
      for (const path of paths) {
        const reply = await api.call(method, `${base}/${path}`, method === "PATCH" ? { json: {} } : {});
        expect([path, reply.status, reply.body]).toEqual([
          path,
          404,
          {
            success: false,
            error: expect.any(String),
            code: expect.stringMatching(/^(not_found|no_such_route)$/),
          },
        ]);
      }
    },
  );
});
