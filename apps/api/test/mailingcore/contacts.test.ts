import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await startApi();
  ({ key } = await api.newKey({ prefix: "mc_live", scopes: ["contacts"] }));
});
afterAll(() => api.close());

const call = (method: string, path: string, options: CallOptions = {}) =>
  api.call(method, path, { key, ...options });
const put = async (json: object) => (await call("PUT", "/contacts", { json })).body;
const nobody = "0190a000-0000-7000-8000-000000000000";

describe.each(["PUT", "POST"])("%s /contacts", (method) => {
  const mail = (name: string) => `${name}.${method.toLowerCase()}@example.com`;
  const id = (name: string) => `${name}-${method}`;

  it("200: a new contact is answered whole", async () => {
    const reply = await call(method, "/contacts", {
      json: {
        email: ` ${mail("Alice").toUpperCase()} `,
        externalId: id("crm-1"),
        locale: "en",
        optIn: true,
        attributes: { firstName: "Alice", plan: "pro", tags: ["a"] },
        consentVersion: "2026-01",
        source: "signup",
        unknown: 1,
      },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      externalId: id("crm-1"),
      email: mail("alice"),
      locale: "en",
      optIn: true,
      attributes: { firstName: "Alice", plan: "pro", tags: ["a"], locale: "en" },
      consentVersion: "2026-01",
      source: "signup",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("200: what is not set reads as null, attributes as {}; without a consent nobody is opted in", async () => {
    const without = await call(method, "/contacts", { json: { email: mail("bare") } });
    expect(without.body).toMatchObject({
      externalId: null,
      locale: null,
      optIn: false,
      attributes: {},
      consentVersion: null,
      source: null,
    });
    const json = { email: mail("consenting"), consentVersion: "v1" };
    expect((await call(method, "/contacts", { json })).body.optIn).toBe(true);
  });

  it("200: an externalId names the contact, and the email is a field that may change; absent fields stay, null clears", async () => {
    const first = await put({
      email: mail("x"),
      externalId: id("x"),
      locale: "en",
      source: "s",
      attributes: { a: 1, b: 2 },
    });
    const json = { externalId: id("x"), email: mail("x2"), locale: null, attributes: { a: null, c: 3 } };
    const second = await call(method, "/contacts", { json });
    expect(second.body).toMatchObject({
      id: first.id,
      email: mail("x2"),
      locale: null,
      source: "s",
      attributes: { b: 2, c: 3 },
    });
    const third = await call(method, "/contacts", { json: { externalId: id("x"), optIn: true } });
    expect(third.body).toMatchObject({ id: first.id, optIn: true });
  });

  it("200: a contact without an externalId is found by its email and gets one; an empty one says nothing", async () => {
    const first = await put({ email: mail("adopt"), externalId: "" });
    expect(first.externalId).toBeNull();
    const second = await call(method, "/contacts", {
      json: { email: mail("adopt"), externalId: id("late") },
    });
    expect(second.body).toMatchObject({ id: first.id, externalId: id("late") });
  });

  it("200: what changes nothing leaves updatedAt as it was", async () => {
    const json = { email: mail("same"), attributes: { firstName: "S" } };
    const first = await put(json);
    expect((await call(method, "/contacts", { json })).body).toEqual(first);
  });

  it("200: optIn brings back who unsubscribed, and false takes off", async () => {
    const email = mail("inout");
    for (const optIn of [true, false, true]) expect((await put({ email, optIn })).optIn).toBe(optIn);
  });

  it("400: the message names every field at fault", async () => {
    for (const [json, field] of [
      [{}, "email"],
      [{ email: "nonsense" }, "email"],
      [{ email: 7 }, "email"],
      [{ email: null }, "email"],
      [{ email: ["a@example.com"] }, "email"],
      [{ externalId: id("unknown") }, "email"],
      [[], "body"],
      [{ email: mail("v"), optIn: "yes" }, "optIn"],
      [{ email: mail("v"), optIn: null }, "optIn"],
      [{ email: mail("v"), attributes: [] }, "attributes"],
      [{ email: mail("v"), attributes: "x" }, "attributes"],
      [{ email: mail("v"), attributes: { firstName: 3 } }, "attributes.firstName"],
      [{ email: mail("v"), attributes: { tags: "a" } }, "attributes.tags"],
      [
        { email: mail("v"), attributes: { tags: Array.from({ length: 51 }, (_, n) => `${n}`) } },
        "attributes.tags",
      ],
      [
        { email: mail("v"), attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, 1])) },
        "attributes",
      ],
      [{ email: mail("v"), attributes: JSON.parse('{"__proto__": 1}') }, "attributes.__proto__"],
      [{ email: mail("v"), externalId: 12 }, "externalId"],
      [{ email: mail("v"), externalId: "x".repeat(129) }, "externalId"],
      [{ email: mail("v"), externalId: "a\0b" }, "externalId"],
      [{ email: mail("v"), consentVersion: "x".repeat(65) }, "consentVersion"],
      [{ email: mail("v"), source: "x".repeat(65) }, "source"],
      [{ email: mail("v"), locale: {} }, "locale"],
      [{ email: mail("v"), resubscribe: true }, "consent"],
      [{ email: mail("v"), consent: "yes, please" }, "consent"],
    ] as const) {
      const reply = await call(method, "/contacts", { json });
      expect([field, reply.status]).toEqual([field, 400]);
      expect(reply.body).toMatchObject({ statusCode: 400, path: "/contacts" });
      expect(reply.body.message).toContain(`${field}: `);
    }
    const both = await call(method, "/contacts", { json: { email: "x", optIn: 1 } });
    expect(both.body.message).toMatch(/email: .*optIn: /);
    expect((await call("GET", `/contacts?locale=&limit=1`)).status).toBe(400);
  });

  it("400: a body that is no JSON, or was not declared as JSON", async () => {
    for (const [body, type] of [
      ["{", "application/json"],
      ['"text"', "application/json"],
      ['{"email":"a@example.com"}', "text/plain"],
    ] as const) {
      const reply = await call(method, "/contacts", { body, headers: { "Content-Type": type } });
      expect([type, reply.status, reply.body.statusCode]).toEqual([type, 400, 400]);
    }
  });

  it("409: an email or externalId that is another contact's; the message names it, and nothing is merged", async () => {
    const holder = await put({ email: mail("holder"), externalId: id("holder") });
    await put({ email: mail("mover"), externalId: id("mover") });
    for (const json of [
      { externalId: id("other"), email: mail("holder"), locale: "xx" },
      { externalId: id("mover"), email: mail("holder"), locale: "xx" },
    ]) {
      const reply = await call(method, "/contacts", { json });
      expect(reply.status).toBe(409);
      expect(reply.body.message).toContain(holder.id);
    }
    expect((await call("GET", `/contacts/${holder.id}`)).body).toEqual(holder);
  });

  it("409: optIn does not undo a bounce or a complaint; with resubscribe and a consent it undoes the bounce", async () => {
    const email = mail("bounced");
    const { id } = await put({ email, optIn: true });
    await api.deps.sql`update contacts set status = 'bounced' where id = ${id}`;
    const refused = await call(method, "/contacts", { json: { email, optIn: true, locale: "xx" } });
    expect(refused.status).toBe(409);
    expect(refused.body.message).toContain("bounced");
    expect(await put({ email, optIn: false })).toMatchObject({ optIn: false, locale: null });
    const leave = { email, optIn: true, resubscribe: true, consent: "form of 1 May" };
    expect((await call(method, "/contacts", { json: leave })).body.optIn).toBe(true);
    const [change] = await api.deps.sql`
      select reason, consent, from_status, to_status from status_changes where contact_id = ${id}`;
    expect(change).toEqual({
      reason: "resubscribed",
      consent: "form of 1 May",
      fromStatus: "bounced",
      toStatus: "active",
    });
    await api.deps.sql`update contacts set status = 'complained' where id = ${id}`;
    expect((await call(method, "/contacts", { json: leave })).status).toBe(409);
  });

  it("413: a body above the limit is refused", async () => {
    const reply = await call(method, "/contacts", {
      json: { email: mail("v"), attributes: { a: "x".repeat(300_000) } },
    });
    expect([reply.status, reply.body.statusCode]).toEqual([413, 413]);
  });
});

it("a POST under an Idempotency-Key is done once, and its answer replayed byte for byte", async () => {
  const headers = { "Idempotency-Key": "one-contact" };
  const json = { email: "once@example.com", optIn: true };
  const first = await call("POST", "/contacts", { json, headers });
  await put({ email: "once@example.com", locale: "fr" });
  const again = await call("POST", "/contacts", { json, headers });
  expect([again.status, again.text]).toEqual([200, first.text]);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const other = await call("POST", "/contacts", { json: { ...json, locale: "de" }, headers });
  expect([other.status, other.body.statusCode]).toEqual([409, 409]);
});

describe("GET, PATCH and DELETE /contacts/{id or externalId}", () => {
  it("200: one contact under its id and its externalId, also one with a slash or the form of a UUID", async () => {
    for (const externalId of ["crm 7", "a/b%c", nobody, "ann@example.com"]) {
      const contact = await put({
        email: `${encodeURIComponent(externalId).replaceAll("%", "-")}.get@x.io`,
        externalId,
      });
      for (const name of [contact.id, contact.id.toUpperCase(), externalId]) {
        const reply = await call("GET", `/contacts/${encodeURIComponent(name)}`);
        expect([name, reply.status, reply.body]).toEqual([name, 200, contact]);
      }
    }
  });

  it("200: an id goes before an externalId that is written like it", async () => {
    const first = await put({ email: "first@example.com" });
    await put({ email: "second@example.com", externalId: first.id });
    expect((await call("GET", `/contacts/${first.id}`)).body.email).toBe("first@example.com");
  });

  it("200: PATCH changes what it names; tags replace the set, null clears, attributes: null leaves the locale", async () => {
    const { id } = await put({
      email: "p@example.com",
      externalId: "patch-1",
      locale: "en",
      attributes: { tags: ["a"], firstName: "P", n: 1 },
    });
    const first = await call("PATCH", "/contacts/patch-1", {
      json: { email: "p2@example.com", optIn: true, attributes: { tags: ["b"], n: null } },
    });
    expect([first.status, first.body]).toMatchObject([
      200,
      { id, email: "p2@example.com", optIn: true, attributes: { tags: ["b"], firstName: "P", locale: "en" } },
    ]);
    expect(first.body.attributes).not.toHaveProperty("n");
    const second = await call("PATCH", `/contacts/${id}`, { json: { externalId: null, attributes: null } });
    expect(second.body).toMatchObject({ id, externalId: null, locale: "en", attributes: { locale: "en" } });
    expect(Object.keys(second.body.attributes)).toEqual(["locale"]);
    expect((await call("PATCH", `/contacts/${id}`, { json: {} })).body).toEqual(second.body);
  });

  it("400: a PATCH with a field at fault names it and changes nothing", async () => {
    const before = await put({ email: "q@example.com", externalId: "q" });
    for (const [json, field] of [
      [{ email: "nonsense", locale: "xx" }, "email"],
      [{ email: "", locale: "xx" }, "email"],
      [{ optIn: 1, locale: "xx" }, "optIn"],
      [[], "body"],
    ] as const) {
      const reply = await call("PATCH", "/contacts/q", { json });
      expect([field, reply.status]).toEqual([field, 400]);
      expect(reply.body.message).toContain(`${field}: `);
    }
    expect((await call("GET", "/contacts/q")).body).toEqual(before);
  });

  it("409: a PATCH to an email or externalId that another contact has", async () => {
    await put({ email: "has@example.com", externalId: "has" });
    await put({ email: "wants@example.com", externalId: "wants" });
    for (const json of [{ email: "has@example.com" }, { externalId: "has" }]) {
      expect((await call("PATCH", "/contacts/wants", { json })).status).toBe(409);
    }
  });

  it("204: DELETE erases: no import opts the address in again, and only a single write that says so does", async () => {
    const { id } = await put({ email: "gone@example.com", externalId: "gone", optIn: true });
    const reply = await call("DELETE", "/contacts/gone");
    expect([reply.status, reply.text]).toEqual([204, ""]);
    for (const name of ["gone", id]) expect((await call("GET", `/contacts/${name}`)).status).toBe(404);
    expect((await call("DELETE", "/contacts/gone")).status).toBe(404);
    const [entry] = await api.deps.sql`
      select status, reason from suppressions where source = (select id::text from keys where scopes = '{contacts}')`;
    expect(entry).toEqual({ status: "unsubscribed", reason: "erased" });

    const bulk = await call("POST", "/contacts/bulk", {
      json: { contacts: [{ email: "gone@example.com", optIn: true }] },
    });
    expect(bulk.body).toMatchObject({ created: 1, reasons: { kept_unsubscribed: 1 } });
    expect(await put({ email: "gone@example.com" })).toMatchObject({ optIn: false });
    expect(await put({ email: "gone@example.com", optIn: true })).toMatchObject({ optIn: true });
  });

  it.each(["GET", "PATCH", "DELETE"])("404: %s of what is not there", async (method) => {
    for (const name of [
      nobody.replace("0190", "0191"),
      "con_01ABC",
      "12",
      "nobody",
      "a%00b",
      "x".repeat(300),
    ]) {
      const reply = await call(method, `/contacts/${name}`, method === "PATCH" ? { json: {} } : {});
      expect([name, reply.status, reply.body.statusCode]).toEqual([name, 404, 404]);
    }
  });
});
