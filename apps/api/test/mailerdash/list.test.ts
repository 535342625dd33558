import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Json, type RunningApi, startApi } from "../running-api.ts";

const base = "/v1/bulk/contacts";

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await startApi();
  ({ key } = await api.newKey({ tenant: "listed", prefix: "md", scopes: ["contacts"] }));
  const items = Array.from({ length: 250 }, (_, n) => ({
    email: `c${n}@example.com`,
    name: n % 2 === 0 ? `Person ${n}` : undefined,
    status: n % 5 === 0 ? "unsubscribed" : "active",
  }));
  expect((await api.call("POST", `${base}/import`, { key, json: items })).body.created).toBe(250);
});
afterAll(() => api.close());

const list = (query = "") => api.call("GET", `${base}?${query}`, { key });
const emails = async (query: string) =>
  (await list(query)).body.contacts.map(({ email }: Json) => email as string);
const newestFirst = Array.from({ length: 250 }, (_, n) => `c${249 - n}@example.com`);

describe("GET /v1/bulk/contacts", () => {
  it("200: 100 contacts, newest first, whole, with the total", async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body).toEqual({ contacts: expect.any(Array), total: 250, limit: 100, offset: 0 });
    expect(body.contacts.map(({ email }: Json) => email)).toEqual(newestFirst.slice(0, 100));
    const one = await api.call("GET", `${base}/c249@example.com`, { key });
    expect(body.contacts[0]).toEqual(one.body);
  });

  it.each([
    [1, 0],
    [100, 30],
    [7, 120],
    [7, 130],
    [60, 200],
    [1000, 249],
    [10, 250],
    [10, 1_000_000],
  ])("200: limit %i behind %i is that part of the list, whichever end is nearer", async (limit, offset) => {
    const { body } = await list(`limit=${limit}&offset=${offset}`);
    expect(body).toMatchObject({ total: 250, limit, offset });
    expect(body.contacts.map(({ email }: Json) => email)).toEqual(newestFirst.slice(offset, offset + limit));
  });

  it("200: a limit above 1,000 is clamped, and the answer says so; unknown parameters are ignored", async () => {
    const { body } = await list("limit=1000000000&sort=x");
    expect([body.limit, body.contacts.length]).toEqual([1000, 250]);
  });

  it("200: by status, with its total and its pages", async () => {
    const left = newestFirst.filter((_, n) => (249 - n) % 5 === 0);
    expect((await list("status=unsubscribed")).body.total).toBe(50);
    expect(await emails("status=unsubscribed&limit=10&offset=35")).toEqual(left.slice(35, 45));
    expect((await list("status=bounced")).body).toMatchObject({ contacts: [], total: 0 });
  });

  it("200: q and search find part of the email or the name in any case, short ones the beginning", async () => {
    expect(await emails("q=C24%40")).toEqual(["c24@example.com"]);
    expect(await emails("search=PERSON%20248")).toEqual(["c248@example.com"]);
    expect(await emails("q=son%20248&search=c1")).toEqual(["c248@example.com"]);
    expect((await list("q=pe")).body.total).toBe(125);
    expect((await list("q=er")).body.total).toBe(0);
    expect((await list("q=person&status=unsubscribed")).body.total).toBe(25);
    expect((await list("q=%25%25%25")).body.total).toBe(0);
    expect((await list("q=&search=%20")).body.total).toBe(250);
  });

  it("200: search finds a name beyond ASCII, and first and last name as they are shown joined", async () => {
    const other = (await api.newKey({ tenant: "names" })).key;
    await api.call("POST", base, { key: other, json: { email: "a@example.com", name: "ÁNGELA Ñíguez" } });
    const json = { email: "b@example.com", data: { firstName: "Ada", lastName: "Lovelace" } };
    await api.call("POST", "/contacts", { key: other, json });
    const found = async (q: string) =>
      (await api.call("GET", `${base}?q=${encodeURIComponent(q)}`, { key: other })).body.contacts.map(
        ({ email }: Json) => email,
      );
    expect(await found("ñÍG")).toEqual(["a@example.com"]);
    expect(await found("da love")).toEqual(["b@example.com"]);
  });

  it.each([
    "limit=0",
    "limit=-5",
    "limit=abc",
    "limit=1.5",
    "limit=",
    "limit=1&limit=2",
    "offset=-1",
    "offset=x",
    "status=subscribed",
    "status=active&status=bounced",
    "q=%00",
    "q=a&q=b",
    `search=${"x".repeat(300)}`,
    "format=xml",
  ])("4xx: %s is a validation error that names the parameter", async (query) => {
    const reply = await list(query);
    expect([400, 422]).toContain(reply.status);
    expect(reply.body.error).toMatchObject({ type: "validation_error", param: query.split("=")[0] });
  });
});

describe("GET /v1/bulk/contacts?format=csv", () => {
  const header = "id,email,name,status,key_id,created_at,updated_at,metadata";

  it("200: the whole filtered set, whatever the limit, under the published header", async () => {
    const reply = await list("format=csv&limit=3&offset=9&status=unsubscribed");
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [first, ...lines] = reply.text.trimEnd().split("\n");
    expect(first).toBe(header);
    const left = newestFirst.filter((_, n) => (249 - n) % 5 === 0);
    expect(lines.map((line) => line.split(",")[1])).toEqual(left);
    const { body } = await api.call("GET", `${base}/${left[0]}`, { key });
    const cells = [body.id, body.email, body.name ?? "", body.status, "listed"];
    expect(lines[0]).toBe([...cells, body.created_at, body.updated_at, "{}"].join(","));
  });

  it("200: formulas are defused, metadata is JSON, and cells are quoted where they must be", async () => {
    const other = (await api.newKey({ tenant: "formulas" })).key;
    const name = '=HYPERLINK("http://x","y")';
    const json = { email: "=1+1@example.com", name, metadata: { a: "b,c" } };
    await api.call("POST", base, { key: other, json });
    const { text } = await api.call("GET", `${base}?format=csv`, { key: other });
    expect(text).toMatch(
      /\n\d+,'=1\+1@example\.com,"'=HYPERLINK\(""http:\/\/x"",""y""\)",active,formulas,[^,]+,[^,]+,"\{""a"":""b,c""\}"\n$/,
    );
  });

  it("200: only the header where nobody is selected", async () => {
    expect((await list("format=csv&status=complained")).text).toBe(`${header}\n`);
  });

  it("200: more contacts than are read at a time, each once", async () => {
    const other = await api.newKey({ tenant: "many" });
    const items = Array.from({ length: 2500 }, (_, n) => ({ email: `m${n}@example.com` }));
    await api.call("POST", `${base}/import`, { key: other.key, json: items });
    const { text } = await api.call("GET", `${base}?format=csv`, { key: other.key });
    const lines = text.trimEnd().split("\n").slice(1);
    expect(new Set(lines.map((line) => line.split(",")[1])).size).toBe(2500);
    expect(lines).toHaveLength(2500);
  });

  it("200: imported again it changes nobody here, and makes the same contacts elsewhere", async () => {
    const [home, other] = [await api.newKey({ tenant: "home" }), await api.newKey({ tenant: "copy" })];
    const items = [
      { email: "=1+1@example.com", name: '+"=x"', metadata: { n: 1.5, deep: { list: [true, null, "a,b"] } } },
      { email: "left@example.com", name: "Zoë, line\nbreak", status: "complained" },
      { email: "bare@example.com" },
    ];
    await api.call("POST", `${base}/import`, { key: home.key, json: items });
    const csv = (await api.call("GET", `${base}?format=csv`, { key: home.key })).text;
    for (const [{ key, tenantId }, counters] of [
      [home, { unchanged: 3 }],
      [other, { created: 3 }],
    ] as const) {
      const sent = { key, body: csv, headers: { "Content-Type": "text/csv" } };
      const { jobId } = (await api.call("POST", "/v1/contacts/imports", sent)).body.data;
      await api.work(jobId, tenantId);
      const job = (await api.call("GET", `/v1/jobs/${jobId}`, { key })).body.data;
      expect(job.counters).toMatchObject({ failed: 0, updated: 0, ...counters });
    }
    const people = async (key: string) =>
      (await api.call("GET", base, { key })).body.contacts
        .map(({ email, name, status, metadata }: Json) => ({ email, name, status, metadata }))
        .sort((a: Json, b: Json) => (a.email < b.email ? -1 : 1));
    expect(await people(other.key)).toEqual(await people(home.key));
    expect(await people(other.key)).toHaveLength(3);
  });
});
