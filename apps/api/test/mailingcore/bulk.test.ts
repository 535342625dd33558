import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, type Json, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await startApi({ CONTACTS_BULK_MAX: 50 });
  ({ key } = await api.newKey({ prefix: "mc_live", scopes: ["contacts"] }));
});
afterAll(() => api.close());

const call = (method: string, path: string, options: CallOptions = {}) =>
  api.call(method, path, { key, ...options });
const bulk = (
  contacts: unknown,
  { query = "", ...more }: { query?: string; consent?: string; resubscribe?: boolean } = {},
) => call("POST", `/contacts/bulk${query}`, { json: { contacts, ...more } });
const get = async (externalId: string): Promise<Json> => (await call("GET", `/contacts/${externalId}`)).body;
const all = async () => (await call("GET", "/contacts?limit=500")).body.data;

describe("POST /contacts/bulk", () => {
  it("200: the documented example: what is new is created, the same again is unchanged, and a change updated", async () => {
    const contacts = [
      {
        email: "alice@example.com",
        externalId: "crm-1",
        locale: "en",
        optIn: true,
        attributes: { firstName: "Alice" },
      },
      { email: "bob@example.com", externalId: "crm-2", locale: "es", optIn: true },
    ];
    const summary = { created: 0, updated: 0, unchanged: 0, failed: 0, reasons: {}, errors: [] };
    const first = await bulk(contacts);
    expect([first.status, first.body]).toEqual([200, { ...summary, created: 2 }]);
    expect((await bulk(contacts)).body).toEqual({ ...summary, unchanged: 2 });
    const changed = [contacts[0], { ...contacts[1], email: "bob@example.org" }];
    expect((await bulk(changed)).body).toEqual({ ...summary, updated: 1, unchanged: 1 });
    expect(await get("crm-1")).toMatchObject({
      locale: "en",
      optIn: true,
      attributes: { firstName: "Alice" },
    });
    expect(await get("crm-2")).toMatchObject({
      email: "bob@example.org",
      locale: "es",
      attributes: { locale: "es" },
    });
  });

  it("200: a row with a bad email or in conflict fails alone, told by its index and what was sent", async () => {
    await bulk([{ email: "holder@example.com", externalId: "holder" }]);
    const { id } = await get("holder");
    const reply = await bulk([
      { email: "fine@example.com", externalId: "fine" },
      { email: "nonsense", externalId: "bad" },
      { email: "holder@example.com", externalId: "other" },
      { externalId: "unknown" },
      { locale: "en" },
      { email: null },
    ]);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ created: 1, updated: 0, unchanged: 0, failed: 5 });
    expect(reply.body.errors).toEqual([
      { index: 1, externalId: "bad", email: "nonsense", code: "email_invalid", message: expect.any(String) },
      {
        index: 2,
        externalId: "other",
        email: "holder@example.com",
        code: "external_id_taken",
        message: expect.stringContaining(id),
      },
      { index: 3, externalId: "unknown", code: "email_missing", message: expect.stringContaining("unknown") },
      { index: 4, code: "email_missing", message: expect.any(String) },
      { index: 5, code: "email_missing", message: expect.any(String) },
    ]);
    expect(await get("fine")).toMatchObject({ email: "fine@example.com" });
  });

  it("200: repeats are applied in order and count by what they did, so that the counters add up", async () => {
    const email = "twice@example.com";
    const reply = await bulk([
      { email, externalId: "twice", locale: "a" },
      { externalId: "twice", locale: "b" },
      { email, locale: "b" },
    ]);
    expect(reply.body).toMatchObject({ created: 1, updated: 1, unchanged: 1, failed: 0 });
    expect(await get("twice")).toMatchObject({ locale: "b" });
  });

  it("200: nobody is opted in without saying so or a consent, and how many were not is told", async () => {
    const reply = await bulk([
      { email: "n1@example.com", externalId: "n1" },
      { email: "n2@example.com", externalId: "n2", consentVersion: "v1" },
      { email: "n3@example.com", externalId: "n3", optIn: true },
      { email: "n4@example.com", externalId: "n4", optIn: false },
    ]);
    expect(reply.body).toMatchObject({ created: 4, reasons: { no_consent: 1 } });
    const seen = await Promise.all(["n1", "n2", "n3", "n4"].map(get));
    expect(seen.map(({ optIn }) => optIn)).toEqual([false, true, true, false]);
  });

  it("200: who left does not come back by a list; with resubscribe and a consent, in body or query, who complained neither", async () => {
    const rows = ["unsubscribed", "bounced", "complained"].map((status) => ({
      email: `${status}@example.com`,
      externalId: status,
      optIn: true,
    }));
    const reset = async () => {
      await bulk(rows);
      await api.deps.sql`update contacts set status = external_id::contact_status, locale = null
        where external_id in ('unsubscribed', 'bounced', 'complained')`;
    };
    const optedIn = async () =>
      (await Promise.all(rows.map(({ externalId }) => get(externalId)))).map(({ optIn }) => optIn);

    await reset();
    const kept = await bulk(rows.map((row) => ({ ...row, locale: "en" })));
    expect(kept.body).toMatchObject({
      updated: 3,
      failed: 0,
      reasons: { kept_unsubscribed: 1, kept_bounced: 1, kept_complained: 1 },
    });
    expect(await optedIn()).toEqual([false, false, false]);

    for (const leave of [
      { resubscribe: true, consent: "asked to come back" },
      { query: "?resubscribe=true&consent=asked%20to%20come%20back" },
    ]) {
      await reset();
      expect((await bulk(rows, leave)).body.reasons).toEqual({ kept_complained: 1 });
      expect(await optedIn()).toEqual([true, true, false]);
    }
    for (const leave of [{ resubscribe: true }, { consent: "x" }, { query: "?resubscribe=true" }]) {
      const reply = await bulk(rows, leave);
      expect([reply.status, reply.body.message]).toEqual([400, expect.stringContaining("consent: ")]);
    }
  });

  it("400: with strict=true one bad row turns the whole list down, and nothing is written", async () => {
    await bulk([{ email: "taken@example.com", externalId: "taken" }]);
    const before = await all();
    for (const bad of [
      { email: "nonsense" },
      { externalId: "unknown" },
      { email: "taken@example.com", externalId: "another" },
    ]) {
      const reply = await bulk([{ email: "good@example.com" }, { externalId: "taken", locale: "xx" }, bad], {
        query: "?strict=true",
      });
      expect([reply.status, reply.body.path]).toEqual([400, "/contacts/bulk"]);
      expect(reply.body.message).toContain("contacts.2.");
    }
    expect(await all()).toEqual(before);
    const good = await bulk([{ email: "good@example.com" }], { query: "?strict=true" });
    expect([good.status, good.body.created]).toEqual([200, 1]);
    expect((await bulk([{ email: "good@example.com" }], { query: "?strict=maybe" })).body.message).toContain(
      "strict: ",
    );
  });

  it("400: a body not of the documented shape, as a whole; the message names the field", async () => {
    const email = "shape@example.com";
    const before = await all();
    for (const [json, field] of [
      [{}, "contacts"],
      [[], "body"],
      [{ contacts: {} }, "contacts"],
      [{ contacts: [] }, "contacts"],
      [{ contacts: Array.from({ length: 51 }, () => ({ email })) }, "contacts"],
      [{ contacts: [{ email }, 7] }, "contacts.1"],
      [{ contacts: [{ email }, null] }, "contacts.1"],
      [{ contacts: [{ email }, { email: 7 }] }, "contacts.1.email"],
      [{ contacts: [{ email, optIn: "true" }] }, "contacts.0.optIn"],
      [{ contacts: [{ email, attributes: [] }] }, "contacts.0.attributes"],
      [{ contacts: [{ email, attributes: { phone: 7 } }] }, "contacts.0.attributes.phone"],
      [
        {
          contacts: [
            {
              email,
              attributes: {
                tags: Array(51)
                  .fill(0)
                  .map((_, n) => `${n}`),
              },
            },
          ],
        },
        "contacts.0.attributes.tags",
      ],
      [
        {
          contacts: [
            {
              email,
              attributes: Object.fromEntries(
                Array(101)
                  .fill(0)
                  .map((_, n) => [n, 1]),
              ),
            },
          ],
        },
        "contacts.0.attributes",
      ],
      [{ contacts: [{ email, externalId: 5 }] }, "contacts.0.externalId"],
      [{ contacts: [{ email, locale: "x".repeat(36) }] }, "contacts.0.locale"],
    ] as const) {
      const reply = await call("POST", "/contacts/bulk", { json });
      expect([field, reply.status, reply.body.statusCode]).toEqual([field, 400, 400]);
      expect(reply.body.message).toContain(`${field}: `);
    }
    expect(await all()).toEqual(before);
  });

  it("400: of many faults the message names the first twenty and counts the others", async () => {
    const reply = await bulk(Array.from({ length: 50 }, () => ({ optIn: 1 })));
    expect(reply.body.message.match(/optIn: /g)).toHaveLength(20);
    expect(reply.body.message).toContain("30 more");
  });

  it("413: a body above 10 MB is refused", async () => {
    const reply = await bulk([{ email: "a@example.com", attributes: { a: "x".repeat(11e6) } }]);
    expect([reply.status, reply.body.statusCode]).toEqual([413, 413]);
  });

  it("a list under an Idempotency-Key is written once, and its answer replayed byte for byte; a refused one may be mended", async () => {
    const headers = { "Idempotency-Key": "list-1" };
    const send = (contacts: unknown[], query = "") =>
      call("POST", `/contacts/bulk${query}`, { json: { contacts }, headers });
    expect((await send([{ email: "nonsense" }], "?strict=true")).status).toBe(400);
    const first = await send([{ email: "once@example.com" }, { email: "nonsense" }]);
    expect(first.body).toMatchObject({ created: 1, failed: 1 });
    const again = await send([{ email: "once@example.com" }, { email: "nonsense" }]);
    expect([again.text, again.headers.get("idempotent-replayed")]).toEqual([first.text, "true"]);
    expect((await send([{ email: "two@example.com" }])).status).toBe(409);
  });
});
