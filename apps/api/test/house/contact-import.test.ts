import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallOptions, Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
});

const send = (json: Json, query = "", options: CallOptions = {}) =>
  api.house("POST", `/v1/contacts/import${query}`, { json, ...options });
const people = async () =>
  Object.fromEntries((await api.house("GET", "/v1/contacts")).body.data.map((c: Json) => [c.email, c]));
const nothing = { created: 0, updated: 0, unchanged: 0, duplicate: 0, skipped: 0, failed: 0 };

describe("200", () => {
  it("the documented body: created, with its tags in front of each contact's own", async () => {
    const { status, body } = await send({
      contacts: [
        { email: "a@example.com", firstName: "A" },
        { email: "B@example.com", firstName: "B", tags: ["own"], customFields: { plan: "pro" } },
      ],
      skipExisting: false,
      tags: ["imported-june-2025"],
    });
    expect([status, body]).toEqual([
      200,
      { success: true, ...nothing, imported: 2, created: 2, reasons: {}, errors: [] },
    ]);
    expect(await people()).toMatchObject({
      "a@example.com": { firstName: "A", tags: ["imported-june-2025"], status: "active" },
      "b@example.com": { tags: ["imported-june-2025", "own"], metadata: { plan: "pro" } },
    });
  });

  it("merges, counts each item once, and adds up", async () => {
    await api.created({ email: "old@x.io", tags: ["a"], externalId: "crm-1" });
    await api.created({ email: "same@x.io" });
    const { body } = await send({
      contacts: [
        { email: "old@x.io", tags: ["b"] },
        { email: "same@x.io" },
        { email: "new@x.io" },
        { email: "new@x.io", firstName: "N" },
        { email: "no" },
        { externalId: "crm-1", lastName: "L" },
      ],
    });
    expect(body).toMatchObject({
      ...nothing,
      imported: 5,
      created: 1,
      updated: 1,
      unchanged: 1,
      duplicate: 2,
      failed: 1,
      errors: [{ index: 4, email: "no", field: "email", code: "email_invalid", message: expect.any(String) }],
    });
    expect((await people())["old@x.io"]).toMatchObject({ tags: ["a", "b"], lastName: "L" });
  });

  it.each([{ skipExisting: true }, { update_existing: false }])("leaves who is there: %j", async (option) => {
    await api.created({ email: "old@x.io" });
    const { body } = await send({
      contacts: [{ email: "old@x.io", firstName: "X" }, { email: "new@x.io" }, { email: "new@x.io" }],
      ...option,
    });
    expect(body).toMatchObject({ ...nothing, imported: 1, created: 1, skipped: 2 });
    expect((await people())["old@x.io"].firstName).toBeNull();
  });

  it("brings nobody back who left, but with resubscribe and a consent, in the body or the query", async () => {
    for (const status of ["unsubscribed", "bounced", "complained"]) {
      await api.created({ email: `${status}@x.io`, status });
    }
    const contacts = ["unsubscribed", "bounced", "complained"].map((name) => ({
      email: `${name}@x.io`,
      status: "subscribed",
      locale: "de",
    }));
    const kept = (await send({ contacts })).body;
    expect(kept).toMatchObject({
      updated: 3,
      reasons: { kept_unsubscribed: 1, kept_bounced: 1, kept_complained: 1 },
    });
    const statuses = async () =>
      Object.values(await people())
        .map(({ status }) => status)
        .sort();
    expect(await statuses()).toEqual(["bounced", "complained", "unsubscribed"]);
    const back = (await send({ contacts: contacts.slice(0, 1) }, "?resubscribe=true&consent=Signed%20again"))
      .body;
    expect(back).toMatchObject({ updated: 1, reasons: {} });
    await send({ contacts, resubscribe: true, consent: "Signed again at the fair" });
    expect(await statuses()).toEqual(["active", "active", "complained"]);
  });

  it("each bad item fails by itself and says why, with the id of the contact in the way", async () => {
    const { id } = await api.created({ email: "taken@x.io", externalId: "crm-1" });
    const items: [Json, string | null, string][] = [
      [{}, "email", "email_missing"],
      [{ email: 5 }, "email", "invalid_type"],
      [{ email: "a@x.io", first_name: "A" }, "first_name", "unknown_field"],
      [{ email: "a@x.io", tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, "tags", "too_many_tags"],
      [{ email: "a@x.io", metadata: { phone: 1 } }, "metadata.phone", "attribute_key_is_field"],
      [{ email: "a@x.io", status: "gone" }, "status", "status_invalid"],
      [{ email: "a@x.io", name: "x".repeat(256) }, "name", "text_too_long"],
      [[], null, "invalid_type"],
      ["a@x.io", null, "invalid_type"],
      [null, null, "invalid_type"],
      [{ email: "taken@x.io", externalId: "crm-2" }, "externalId", "external_id_taken"],
    ];
    const { status, body } = await send({
      contacts: [...items.map(([item]) => item), { email: "good@x.io" }],
    });
    expect([status, body.imported, body.failed]).toEqual([200, 1, items.length]);
    expect(body.errors.map((error: Json) => [error.index, error.field, error.code])).toEqual(
      items.map(([, field, code], index) => [index, field, code]),
    );
    expect(body.errors.at(-1)).toMatchObject({ contactId: id, message: expect.stringContaining(id) });
    expect(Object.keys(await people()).sort()).toEqual(["good@x.io", "taken@x.io"]);
  });

  it("the same under /mail, and an empty list", async () => {
    const { status, body } = await api.house("POST", "/mail/v1/contacts/import", { json: { contacts: [] } });
    expect([status, body]).toEqual([
      200,
      { success: true, ...nothing, imported: 0, reasons: {}, errors: [] },
    ]);
  });

  it("is done once for its Idempotency-Key", async () => {
    const once = { headers: { "Idempotency-Key": "june" } };
    const first = await send({ contacts: [{ email: "a@x.io" }] }, "", once);
    const second = await send({ contacts: [{ email: "a@x.io" }] }, "", once);
    expect([second.text, second.headers.get("idempotent-replayed")]).toEqual([first.text, "true"]);
  });
});

describe("4xx", () => {
  it.each([
    [{}, "contacts"],
    [{ contacts: {} }, "contacts"],
    [{ contacts: [], skipExisting: "yes" }, "skipExisting"],
    [{ contacts: [], skipExisting: true, update_existing: true }, "update_existing"],
    [{ contacts: [], tags: "x" }, "tags"],
    [{ contacts: [], tags: [5] }, "tags.0"],
    [{ contacts: [], resubscribe: true }, "consent"],
    [{ contacts: [], consent: "x" }, "consent"],
    [{ contacts: [], listId: 5 }, "listId"],
  ])("400: %j names the field", async (json, field) => {
    const { status, body } = await send(json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, [field]]);
  });

  it("400: a bare list, an unknown parameter, and more than 10,000 contacts", async () => {
    expect((await send([{ email: "a@x.io" }])).status).toBe(400);
    expect((await send({ contacts: [] }, "?tag=x")).body.details.fieldErrors).toHaveProperty("tag");
    const { status, body } = await send({ contacts: Array(10_001).fill({}) });
    expect([status, body.code, body.error]).toEqual([
      400,
      "too_many_items",
      expect.stringContaining("/v1/contacts/imports"),
    ]);
  });

  it("403: a key without the right to write, and a plan without bulk import", async () => {
    const { key } = await api.newKey({ scopes: ["contacts:read"] });
    expect((await send({ contacts: [] }, "", { key })).body.code).toBe("missing_scope");
    await api.setPlan("free");
    try {
      const { status, body } = await send({ contacts: [{ email: "a@x.io" }] });
      expect([status, body.code]).toEqual([403, "plan_limit_exceeded"]);
    } finally {
      await api.setPlan("unlimited");
    }
    expect(await people()).toEqual({});
  });

  it("413: a body over the limit names the way that has none", async () => {
    const { status, body } = await send({ contacts: [{ email: "a@x.io", name: "x".repeat(11_000_000) }] });
    expect([status, body.error]).toEqual([413, expect.stringContaining("/v1/contacts/imports")]);
  });
});
