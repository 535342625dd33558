import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/api/v1/contacts";
const alice = { email: "alice@example.com", firstName: "Alice", tags: ["newsletter"] };
const bob = { email: "bob@example.com", firstName: "Bob" };

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterEach(async () => {
  await api.deps.sql`truncate contacts, contact_counts, suppressions, idempotency_keys`;
});
afterAll(() => api.close());

const create = (json: object) => api.call("POST", base, { json });
const json = (json: unknown, query = "", headers: Record<string, string> = {}) =>
  api.call("POST", `${base}/import${query}`, { json, headers });
const csv = (body: string | Uint8Array<ArrayBuffer>, query = "", headers: Record<string, string> = {}) =>
  api.call("POST", `${base}/import${query}`, { body, headers: { "Content-Type": "text/csv", ...headers } });
const contact = async (email: string) => (await api.call("GET", `${base}?search=${email}`)).body.contacts[0];
const count = async () => (await api.deps.sql`select from contacts`).length;
const many = (n: number) => Array.from({ length: n }, (_, i) => `n${i}@example.com`);
const error = expect.any(String);

describe("POST /api/v1/contacts/import with JSON", () => {
  it("200: the published example creates who is new and updates who is there", async () => {
    await create({ ...bob, firstName: "Robert", tags: ["old"] });
    const reply = await json({ contacts: [alice, { ...bob, tags: ["new"] }], update_existing: true });
    expect([reply.status, reply.body]).toEqual([
      200,
      { success: true, imported: 1, updated: 1, skipped: 0, reasons: {}, errors: [] },
    ]);
    expect(await contact("alice@example.com")).toMatchObject(alice);
    expect(await contact("bob@example.com")).toMatchObject({ firstName: "Bob", tags: ["old", "new"] });
  });

  it("200: contacts that are there are skipped unless the caller says otherwise, repeats too", async () => {
    await create({ ...bob, firstName: "Robert" });
    for (const body of [
      { contacts: [bob, alice, { ...alice, firstName: "Later" }] },
      { contacts: [bob], updateExisting: false },
    ]) {
      const reply = await json(body);
      expect(reply.body).toMatchObject({ updated: 0, errors: [] });
    }
    expect(await contact("bob@example.com")).toMatchObject({ firstName: "Robert" });
    expect(await contact("alice@example.com")).toMatchObject({ firstName: "Alice" });
  });

  it("200: each item counts once: imported, updated or skipped", async () => {
    await create(bob);
    const items = [alice, bob, { ...alice, firstName: "A" }, { email: "no" }];
    const { body } = await json({ contacts: items, update_existing: true });
    expect(body).toMatchObject({ imported: 1, updated: 2, skipped: 1 });
    expect((await json({ contacts: items })).body).toMatchObject({ imported: 0, updated: 0, skipped: 4 });
  });

  it("200: the option stands in the query or the body, which wins, in both spellings", async () => {
    await create(bob);
    const updated = async (query: string, options: object) =>
      (await json({ contacts: [bob], ...options }, query)).body.updated;
    expect(await updated("?update_existing=true", {})).toBe(1);
    expect(await updated("?updateExisting=true", {})).toBe(1);
    expect(await updated("", { updateExisting: true })).toBe(1);
    expect(await updated("?updateExisting=true", { update_existing: false })).toBe(0);
  });

  it("200: items that are no contacts fail with their row and reason, and hinder no other", async () => {
    const reply = await json({
      contacts: [
        alice,
        { email: "invalid-email" },
        { firstName: "Nobody" },
        null,
        "text",
        [alice],
        { email: 5 },
        { ...bob, customFields: [] },
        { ...bob, status: "gone" },
        { ...bob, tags: many(51) },
        { first_name: "Bob", email: "BOB@example.com" },
      ],
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      success: true,
      imported: 2,
      updated: 0,
      skipped: 9,
      reasons: {},
      errors: [
        { row: 2, email: "invalid-email", error },
        { row: 3, email: null, error: expect.stringContaining("email") },
        { row: 4, email: null, error },
        { row: 5, email: null, error },
        { row: 6, email: null, error },
        { row: 7, email: null, error },
        { row: 8, email: "bob@example.com", error: expect.stringContaining("customFields") },
        { row: 9, email: "bob@example.com", error: expect.stringContaining("status") },
        { row: 10, email: "bob@example.com", error: expect.stringContaining("tags") },
      ],
    });
    expect(await contact("bob@example.com")).toMatchObject({ firstName: "Bob" });
  });

  it("200: an item that only its stored contact makes too large fails at its own row", async () => {
    const keys = (prefix: string) => Object.fromEntries(many(60).map((key) => [prefix + key, 1]));
    await create({ ...bob, customFields: keys("a") });
    const items = [{ email: "no" }, alice, { ...bob, customFields: keys("b") }];
    const { body } = await json({ contacts: items, update_existing: true });
    expect(body).toMatchObject({
      imported: 1,
      skipped: 2,
      errors: [{ row: 1 }, { row: 3, email: bob.email }],
    });
  });

  it("200: nobody who left comes back, unless the caller says so with a consent", async () => {
    await create({ ...alice, status: "unsubscribed" });
    await create({ ...bob, status: "complained" });
    const contacts = [alice, bob].map((item) => ({ ...item, status: "subscribed" }));
    const kept = await json({ contacts, update_existing: true });
    expect(kept.body).toMatchObject({ updated: 2, reasons: { kept_unsubscribed: 1, kept_complained: 1 } });
    expect((await contact("alice@example.com")).status).toBe("unsubscribed");
    await json({ contacts, update_existing: true, resubscribe: true, consent: "form of June" });
    expect((await contact("alice@example.com")).status).toBe("subscribed");
    expect((await contact("bob@example.com")).status).toBe("complained");
  });

  it("200, replayed: a repeated request does not count anew; 409 for another one", async () => {
    const headers = { "Idempotency-Key": "json" };
    const first = await json({ contacts: [alice] }, "", headers);
    const again = await json({ contacts: [alice] }, "", headers);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await json({ contacts: [alice] }, "?update_existing=true", headers)).status).toBe(409);
  });

  it("200: none at all, and 10,000 at once", async () => {
    expect((await json({ contacts: [] })).body).toMatchObject({ imported: 0, updated: 0, skipped: 0 });
    const contacts = many(10_000).map((email) => ({ email }));
    expect((await json({ contacts })).body).toMatchObject({ imported: 10_000, errors: [] });
  });

  it.each([
    [{}, "contacts"],
    [{ contacts: { 0: alice } }, "contacts"],
    [{ contacts: "alice@example.com" }, "contacts"],
    [{ contacts: null }, "contacts"],
    [{ contacts: [alice], update_existing: "true" }, "update_existing"],
    [{ contacts: [alice], updateExisting: 1 }, "updateExisting"],
    [{ contacts: [alice], resubscribe: true }, "consent"],
    [{ contacts: [alice], consent: "x" }, "consent"],
    [{ contacts: [alice], resubscribe: true, consent: "" }, "consent"],
    [{ contacts: [alice], resubscribe: true, consent: 5 }, "consent"],
  ])("400: %j is refused by the field, and nothing is written", async (body, field) => {
    const reply = await json(body);
    expect([reply.status, reply.body]).toMatchObject([
      400,
      { success: false, code: "invalid", details: { fieldErrors: { [field]: [error] } } },
    ]);
    expect(await count()).toBe(0);
  });

  it.each([
    "update_existing=yes",
    "update_existing=true&update_existing=true",
    "consent=x",
    "resubscribe=true",
  ])("400: the query %s", async (query) => {
    const reply = await json({ contacts: [alice] }, `?${query}`);
    expect([reply.status, reply.body.code, await count()]).toEqual([400, "invalid", 0]);
  });

  it("400: a list without an object around it, and a body that is no JSON", async () => {
    expect((await json([alice])).body.details.formErrors).toEqual([error]);
    const headers = { "Content-Type": "application/json" };
    const broken = await api.call("POST", `${base}/import`, { body: '{"contacts":[', headers });
    expect([broken.status, broken.body.code]).toEqual([400, "malformed_body"]);
  });

  it("413: more than 10,000, or more than 5 MB, names the route that has no limit", async () => {
    const rows = await json({ contacts: many(10_001).map((email) => ({ email })) });
    const bytes = await json({ contacts: [{ ...alice, phone: "x".repeat(5 * 1024 * 1024) }] });
    for (const reply of [rows, bytes]) {
      expect([reply.status, reply.body.error]).toEqual([
        413,
        expect.stringContaining("/v1/contacts/imports"),
      ]);
    }
    expect(await count()).toBe(0);
  });
});

describe("POST /api/v1/contacts/import with a CSV", () => {
  const people =
    "email,firstName,lastName,tags\nalice@example.com,Alice,Smith,newsletter\nbob@example.com,Bob,Jones,\n";

  it("200: the published example", async () => {
    const reply = await csv(people);
    expect([reply.status, reply.body]).toEqual([
      200,
      { success: true, imported: 2, updated: 0, skipped: 0, reasons: {}, errors: [] },
    ]);
    expect(await contact("alice@example.com")).toMatchObject({
      firstName: "Alice",
      lastName: "Smith",
      tags: ["newsletter"],
    });
    expect(await contact("bob@example.com")).toMatchObject({ lastName: "Jones", tags: [] });
  });

  it("200: contacts that are there are skipped, or merged with update_existing=true", async () => {
    await create({ ...bob, firstName: "Robert" });
    expect((await csv(people)).body).toMatchObject({ imported: 1, updated: 0, skipped: 1 });
    expect(await contact("bob@example.com")).toMatchObject({ firstName: "Robert" });
    expect((await csv(people, "?update_existing=true")).body).toMatchObject({ imported: 0, updated: 2 });
    expect(await contact("bob@example.com")).toMatchObject({ firstName: "Bob" });
  });

  it("200: rows that fail are named as a spreadsheet numbers them, with email and reason", async () => {
    const file =
      'email,status,firstName\n\nalice@example.com,subscribed\ninvalid-email\n,,Nobody\n"bob@example.com",gone\nx@y.example,,a,b\n';
    const { body } = await csv(file);
    expect(body).toMatchObject({ imported: 1, skipped: 4 });
    expect(body.errors).toEqual([
      { row: 4, email: "invalid-email", error },
      { row: 5, email: null, error: expect.stringContaining("email") },
      { row: 6, email: "bob@example.com", error },
      { row: 7, email: "x@y.example", error },
    ]);
  });

  it("200: tags are split at ; and |, in quotes also at commas; other columns become custom fields", async () => {
    await csv('E-Mail,tags,Plan\na@x.example,one;two|three,pro\nb@x.example,"one,two",free\n');
    expect(await contact("a@x.example")).toMatchObject({
      tags: ["one", "two", "three"],
      customFields: { Plan: "pro" },
    });
    expect(await contact("b@x.example")).toMatchObject({ tags: ["one", "two"] });
  });

  it("200: semicolons, a byte order mark and Windows-1252, and a gzipped body", async () => {
    expect((await csv("\ufeffemail;firstName\na@x.example;Zoë\n")).body).toMatchObject({ imported: 1 });
    const latin = Uint8Array.from(Buffer.from("email,firstName\nb@x.example,Ren\xe9\n", "latin1"));
    expect((await csv(latin)).body).toMatchObject({ imported: 1 });
    expect(await contact("b@x.example")).toMatchObject({ firstName: "René" });
    const zipped = Uint8Array.from(gzipSync("email\nc@x.example\n"));
    expect((await csv(zipped, "", { "Content-Encoding": "gzip" })).body).toMatchObject({ imported: 1 });
  });

  it("200, replayed: a repeated file does not count anew; 409 for another one", async () => {
    const headers = { "Idempotency-Key": "csv" };
    const first = await csv(people, "", headers);
    const again = await csv(people, "", headers);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect((await csv(`${people}c@x.example,,,\n`, "", headers)).status).toBe(409);
  });

  it.each([
    ["firstName,lastName\nAlice,Smith\n", "no_email_column"],
    ["", "empty_file"],
    ['email,firstName\na@x.example,A\nb@x.example,"never closed\n', "unclosed_quote"],
    [Uint8Array.from(Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1")), "not_text"],
    ["email\0\na@x.example\n", "nul_byte"],
  ])("400: %j is no CSV of contacts, and nothing is written", async (body, code) => {
    const reply = await csv(body);
    expect([reply.status, reply.body]).toEqual([400, { success: false, error, code }]);
    expect(await count()).toBe(0);
  });

  it("400: a Content-Encoding that the body does not have, or that nobody knows", async () => {
    for (const encoding of ["gzip", "zip"]) {
      const reply = await csv(people, "", { "Content-Encoding": encoding });
      expect([reply.status, reply.body.code]).toEqual([400, "malformed_body"]);
    }
  });

  it("413: more than 10,000 rows, or more than 5 MB, names the route that has no limit", async () => {
    const header = "email\n";
    expect((await csv(header + many(10_000).join("\n"))).body).toMatchObject({ imported: 10_000 });
    const rows = await csv(header + many(10_001).join("\n"));
    const bytes = await csv(`${header}a@x.example\n${"\n".repeat(5 * 1024 * 1024)}`);
    for (const reply of [rows, bytes]) {
      expect([reply.status, reply.body.error]).toEqual([
        413,
        expect.stringContaining("/v1/contacts/imports"),
      ]);
    }
    expect(await count()).toBe(10_000);
  });
});

describe("POST /api/v1/contacts/import", () => {
  it.each(["text/plain", "multipart/form-data; boundary=x", "application/x-ndjson"])(
    "415: a body of %s",
    async (type) => {
      const headers = { "Content-Type": type };
      const reply = await api.call("POST", `${base}/import`, { body: "email\na@x.example\n", headers });
      expect([reply.status, reply.body]).toMatchObject([415, { code: "unsupported_media_type" }]);
    },
  );

  it("403: no bulk import on the free plan, whatever its size", async () => {
    await api.setPlan("free");
    try {
      for (const reply of [await json({ contacts: [alice] }), await csv("email\na@x.example\n")]) {
        expect([reply.status, reply.body]).toEqual([
          403,
          { success: false, error, code: "plan_limit_exceeded" },
        ]);
      }
      expect(await count()).toBe(0);
      expect((await create(alice)).status).toBe(201);
    } finally {
      await api.setPlan("unlimited");
    }
  });

  it("403: an import that would pass the plan's limit writes nothing, nor does a contact beyond it", async () => {
    await api.deps.sql`insert into plans (name, contact_limit, bulk_import) values ('three', 3, true)`;
    await api.setPlan("three");
    try {
      await create(bob);
      const emails = many(3);
      const file = `email\n${emails.join("\n")}`;
      for (const reply of [await json({ contacts: emails.map((email) => ({ email })) }), await csv(file)]) {
        expect([reply.status, reply.body.code]).toEqual([403, "plan_limit_exceeded"]);
        expect(await count()).toBe(1);
      }
      expect(
        (await json({ contacts: [bob, ...emails.slice(1).map((email) => ({ email }))] })).body,
      ).toMatchObject({
        imported: 2,
        skipped: 1,
      });
      expect((await create(alice)).body).toMatchObject({ code: "plan_limit_exceeded" });
    } finally {
      await api.setPlan("unlimited");
    }
  });
});
