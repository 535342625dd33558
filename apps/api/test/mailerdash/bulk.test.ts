import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/v1/bulk/contacts";
const ana = { email: "ana@empresa.com", name: "Ana García", metadata: { plan: "pro" } };
const pedro = { email: "pedro@cliente.io", name: "Pedro Sánchez" };
const maria = { email: "maria@otro.com" };

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterEach(async () => {
  await api.deps.sql`truncate contacts, contact_counts, suppressions, idempotency_keys`;
});
afterAll(() => api.close());

const create = (json: object, key = api.owner.key) => api.call("POST", base, { json, key });
const post = (path: string, json: unknown, options: { key?: string } = {}) =>
  api.call("POST", `${base}/${path}`, { json, ...options });
const contact = async (email: string) => (await api.call("GET", `${base}/${email}`)).body;
const count = async () => (await api.deps.sql`select from contacts`).length;
const tooMany = Array.from({ length: 10_001 }, (_, n) => `n${n}@example.com`);

describe("POST /v1/bulk/contacts/import", () => {
  it("207: the published example", async () => {
    await create(maria);
    const reply = await post("import", [ana, pedro, maria]);
    expect(reply.status).toBe(207);
    expect(reply.body).toEqual({ created: 2, updated: 1, failed: 0, errors: [] });
    expect(await contact("ana@empresa.com")).toMatchObject(ana);
    expect(await contact("pedro@cliente.io")).toMatchObject({ ...pedro, metadata: {} });
  });

  it("207: items that are no contacts fail with their index and a reason, and hinder no other", async () => {
    const reply = await post("import", [
      ana,
      { email: "nonsense" },
      { name: "Nobody" },
      null,
      "text",
      { email: 5 },
      { ...pedro, metadata: [] },
      { ...pedro, name: 7 },
      pedro,
    ]);
    expect(reply.status).toBe(207);
    const error = expect.any(String);
    expect(reply.body).toEqual({
      created: 2,
      updated: 0,
      failed: 7,
      errors: [
        { index: 1, email: "nonsense", error },
        { index: 2, email: null, error },
        { index: 3, email: null, error },
        { index: 4, email: null, error },
        { index: 5, email: null, error },
        { index: 6, email: "pedro@cliente.io", error: expect.stringContaining("metadata") },
        { index: 7, email: "pedro@cliente.io", error: expect.stringContaining("name") },
      ],
    });
  });

  it("207: an item that only its stored contact makes too large fails at its own index, in the list's order", async () => {
    const keys = (prefix: string, length: number) =>
      Object.fromEntries(Array.from({ length }, (_, n) => [`${prefix}${n}`, n]));
    await create({ ...ana, metadata: keys("a", 60) });
    const large = { ...ana, metadata: keys("b", 60) };
    const reply = await post("import", [{ email: "no" }, large, pedro, { email: "no" }]);
    expect(reply.body).toMatchObject({ created: 1, failed: 3 });
    expect(reply.body.errors).toMatchObject([
      { index: 0, email: "no" },
      { index: 1, email: "ana@empresa.com" },
      { index: 3, email: "no" },
    ]);
  });

  it("207: the same contact twice is applied in order, and counts once as created", async () => {
    const reply = await post("import", [
      ana,
      { ...ana, email: "ANA@empresa.com", name: "Later" },
      ana,
      pedro,
    ]);
    expect(reply.body).toEqual({ created: 2, updated: 2, failed: 0, errors: [] });
    expect(await contact("ana@empresa.com")).toMatchObject({ name: "Ana García" });
  });

  it("207: nobody who left comes back, unless the caller says so with a consent", async () => {
    await create({ ...ana, status: "unsubscribed" });
    await create({ ...pedro, status: "complained" });
    await post("import", [
      { ...ana, status: "active", name: "A" },
      { ...pedro, status: "active" },
    ]);
    expect(await contact("ana@empresa.com")).toMatchObject({ name: "A", status: "unsubscribed" });
    await post("import?resubscribe=true&consent=form%20of%20June", [ana, pedro]);
    expect((await contact("ana@empresa.com")).status).toBe("active");
    expect((await contact("pedro@cliente.io")).status).toBe("complained");
  });

  it("207: an item may make a status stricter", async () => {
    await create(ana);
    await post("import", [{ email: "ana@empresa.com", status: "bounced" }]);
    expect((await contact("ana@empresa.com")).status).toBe("bounced");
  });

  it("207, replayed: a repeated request does not count anew", async () => {
    const send = () =>
      api.call("POST", `${base}/import`, { json: [ana], headers: { "Idempotency-Key": "i" } });
    const first = await send();
    const again = await send();
    expect([again.status, again.text]).toEqual([207, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });

  it("207: none at all, and 10,000 at once", async () => {
    expect((await post("import", [])).body).toEqual({ created: 0, updated: 0, failed: 0, errors: [] });
    const most = tooMany.slice(1).map((email) => ({ email }));
    expect((await post("import", most)).body).toMatchObject({ created: 10_000, failed: 0 });
  });

  it.each([[{ contacts: [ana] }], [ana], ["text"], [tooMany.map((email) => ({ email }))]])(
    "400: a body that is no list of at most 10,000",
    async (json) => {
      const reply = await post("import", json);
      expect([reply.status, reply.body.error.type]).toEqual([400, "validation_error"]);
      expect(await count()).toBe(0);
    },
  );

  it.each(["resubscribe=true", "consent=x", "resubscribe=maybe&consent=x", "resubscribe=true&consent="])(
    "422: %s alone is refused, and nothing is written",
    async (query) => {
      const reply = await post(`import?${query}`, [ana]);
      expect([reply.status, reply.body.error.type]).toEqual([422, "validation_error"]);
      expect(await count()).toBe(0);
    },
  );

  it("403: an import that would pass the plan's limit writes nothing", async () => {
    await api.setPlan("free");
    try {
      const items = Array.from({ length: 1001 }, (_, n) => ({ email: `p${n}@example.com` }));
      const reply = await post("import", items);
      expect([reply.status, reply.body.error]).toMatchObject([
        403,
        { type: "authorization_error", code: "plan_limit_exceeded" },
      ]);
      expect(await count()).toBe(0);
      expect((await post("import", items.slice(1))).body.created).toBe(1000);
      expect((await create(ana)).status).toBe(403);
    } finally {
      await api.setPlan("unlimited");
    }
  });

  it("413: a body above 10 MB", async () => {
    const reply = await post("import", [{ email: "a@example.com", name: "x".repeat(10 * 1024 * 1024) }]);
    expect([reply.status, reply.body.error.type]).toEqual([413, "payload_too_large_error"]);
  });
});

describe("POST /v1/bulk/contacts/import-preview", () => {
  it("200: the published example, and nothing is changed", async () => {
    await create(ana);
    const reply = await post("import-preview", { emails: ["ana@empresa.com", "nuevo@dominio.com"] });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ existing: ["ana@empresa.com"], total_unique: 2, total_received: 2 });
    expect(await count()).toBe(1);
  });

  it("200: repeats count once, what is no address only as received, and the order is the input's", async () => {
    await create(ana);
    await create(pedro);
    const emails = [
      "pedro@cliente.io",
      "nonsense",
      "new@x.example",
      "ANA@empresa.com",
      " pedro@cliente.io",
      "",
    ];
    expect((await post("import-preview", { emails })).body).toEqual({
      existing: ["pedro@cliente.io", "ana@empresa.com"],
      total_unique: 3,
      total_received: 6,
    });
  });

  it.each([
    [["ana@empresa.com", "b@x.example"]],
    [[ana, { email: "b@x.example", name: 5 }]],
    [[ana, "b@x.example"]],
  ])("200: a bare list of addresses or contacts, %j", async (json) => {
    await create(ana);
    expect((await post("import-preview", json)).body).toEqual({
      existing: ["ana@empresa.com"],
      total_unique: 2,
      total_received: 2,
    });
  });

  it("200: a contact of another tenant does not exist here; none at all", async () => {
    await create(ana, (await api.newKey({ tenant: "elsewhere" })).key);
    const nobody = { existing: [], total_unique: 1, total_received: 1 };
    expect((await post("import-preview", { emails: [ana.email] })).body).toEqual(nobody);
    const none = { existing: [], total_unique: 0, total_received: 0 };
    expect((await post("import-preview", { emails: [] })).body).toEqual(none);
  });

  it.each([
    [{}, "emails"],
    [{ emails: "a@b.example" }, "emails"],
    [{ emails: ["a@b.example", 5] }, "emails.1"],
    [{ emails: [null] }, "emails.0"],
    [["a@b.example", 5], "1"],
    [[{ email: 5 }], "0"],
    [[{}], "0"],
  ])("4xx: %j names what is wrong, %s", async (json, param) => {
    const reply = await post("import-preview", json);
    expect([400, 422]).toContain(reply.status);
    expect(reply.body.error).toMatchObject({ type: "validation_error", param });
  });

  it("400: more than 10,000", async () => {
    for (const json of [tooMany, { emails: tooMany }]) {
      const reply = await post("import-preview", json);
      expect([reply.status, reply.body.error.code]).toEqual([400, "too_many_items"]);
    }
  });
});

describe("POST /v1/bulk/contacts/delete", () => {
  it("200: the published example", async () => {
    await create(ana);
    await create(pedro);
    await create(maria);
    const reply = await post("delete", { emails: ["ana@empresa.com", "pedro@cliente.io"] });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ requested: 2, deleted: 2, not_found: [], forbidden: [] });
    expect(await count()).toBe(1);
    expect((await api.call("GET", base)).body.total).toBe(1);
  });

  it("200: what is not there or is no address is not found, each once, in the input's order", async () => {
    await create(ana);
    const emails = ["gone@x.example", "nonsense", "ANA@empresa.com", "ana@empresa.com", "gone@x.example"];
    expect((await post("delete", { emails })).body).toEqual({
      requested: 5,
      deleted: 1,
      not_found: ["gone@x.example", "nonsense"],
      forbidden: [],
    });
  });

  it("200: forbidden is what only another tenant of the account has, not what a stranger has", async () => {
    const { key } = await api.newKey({ scopes: ["contacts"] });
    const beside = (await api.newKey({ tenant: "beside" })).key;
    const stranger = await strangersKey();
    await create(ana, beside);
    await create(pedro, stranger);
    await create(maria);
    await create(maria, beside);
    const emails = [maria.email, ana.email, pedro.email, "gone@x.example"];
    expect((await post("delete", { emails }, { key })).body).toEqual({
      requested: 4,
      deleted: 1,
      not_found: ["pedro@cliente.io", "gone@x.example"],
      forbidden: ["ana@empresa.com"],
    });
    expect(await count()).toBe(3);
  });

  it("200: for an admin key the other tenant is not forbidden, but not meant either unless it is named", async () => {
    await create(ana, (await api.newKey({ tenant: "beside" })).key);
    const emails = [ana.email];
    expect((await post("delete", { emails })).body).toMatchObject({ not_found: emails, forbidden: [] });
    expect((await post("delete", { emails, key_id: "beside" })).body).toMatchObject({ deleted: 1 });
  });

  it("200: who had left is remembered", async () => {
    await create({ ...ana, status: "bounced" });
    await post("delete", { emails: [ana.email] });
    await post("import", [ana]);
    expect((await contact(ana.email)).status).toBe("bounced");
  });

  it("200, replayed: a repeated deletion tells the first one's answer", async () => {
    await create(ana);
    const send = () =>
      api.call("POST", `${base}/delete`, {
        json: { emails: [ana.email] },
        headers: { "Idempotency-Key": "d" },
      });
    const first = await send();
    expect(first.body.deleted).toBe(1);
    expect((await send()).text).toBe(first.text);
  });

  it("500: a deletion that breaks in the middle deletes nobody", async () => {
    await create(ana);
    await create(pedro);
    await api.deps.sql.unsafe(`
      create function break_one() returns trigger language plpgsql as $$
        begin if old.email = 'pedro@cliente.io' then raise 'broken'; end if; return old; end $$;
      create trigger break_one before delete on contacts for each row execute function break_one();`);
    try {
      const reply = await post("delete", { emails: [ana.email, pedro.email] });
      expect([reply.status, reply.body.error]).toEqual([
        500,
        { type: "api_error", code: "internal", message: expect.any(String) },
      ]);
      expect(await count()).toBe(2);
    } finally {
      await api.deps.sql`drop trigger break_one on contacts`;
    }
  });

  it.each([
    [{}, "emails"],
    [{ emails: null }, "emails"],
    [{ emails: "ana@empresa.com" }, "emails"],
    [{ emails: [1] }, "emails.0"],
    [{ emails: [ana] }, "emails.0"],
    [["ana@empresa.com"], "body"],
  ])("400: %j is malformed at %s", async (json, param) => {
    await create(ana);
    const reply = await post("delete", json);
    expect([reply.status, reply.body.error.param]).toEqual([400, param]);
    expect(await count()).toBe(1);
  });

  it("400: more than 10,000", async () => {
    const reply = await post("delete", { emails: tooMany });
    expect([reply.status, reply.body.error.code]).toEqual([400, "too_many_items"]);
  });
});

/** A key of another account. */
async function strangersKey(): Promise<string> {
  const { key, tenantId, keyId } = await api.newKey({ tenant: `stranger-${Date.now()}`, prefix: "md" });
  const accountId = api.deps.newId();
  await api.deps.sql`insert into accounts (id, name) values (${accountId}, 'stranger')`;
  await api.deps.sql`update tenants set account_id = ${accountId} where id = ${tenantId}`;
  await api.deps.sql`update keys set account_id = ${accountId} where id = ${keyId}`;
  return key;
}
