import { afterAll, beforeAll, expect, it } from "vitest";
import { type Json, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await startApi();
  ({ key } = await api.newKey({ prefix: "mc_live", scopes: ["contacts"] }));
  for (let n = 1; n <= 60; n++) {
    const json = {
      email: `c${n}@example.com`,
      optIn: n % 5 !== 0,
      locale: n % 20 === 0 ? null : n % 2 ? "en" : "es",
    };
    await api.call("PUT", "/contacts", { key, json });
  }
});
afterAll(() => api.close());

const list = async (query: string) => (await api.call("GET", `/contacts?${query}`, { key })).body;
const numbers = (body: Json) => body.data.map(({ email }: Json) => Number(/\d+/.exec(email)![0]));
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

it("200: pages of 50, newest first, with the number of the page and the exact total", async () => {
  const first = await list("");
  expect(numbers(first)).toEqual(down(60, 11));
  expect(first).toEqual({
    data: expect.any(Array),
    meta: { page: 1, limit: 50, total: 60, totalPages: 2 },
    cursor: expect.any(String),
  });
  expect(first.data[0]).toEqual((await api.call("GET", `/contacts/${first.data[0].id}`, { key })).body);
  const second = await list("page=2");
  expect(numbers(second)).toEqual(down(10, 1));
  expect([second.meta, second.cursor]).toEqual([{ page: 2, limit: 50, total: 60, totalPages: 2 }, null]);
  expect(await list("page=3")).toMatchObject({ data: [], meta: { page: 3, total: 60 }, cursor: null });
  expect(numbers(await list("page=3&limit=20"))).toEqual(down(20, 1));
});

it("200: the cursor of any page goes on behind it, each contact once, and ends with null", async () => {
  const seen = numbers(await list("page=2&limit=10"));
  for (let { cursor } = await list("page=2&limit=10"); cursor !== null; ) {
    const page = await list(`limit=10&cursor=${cursor}`);
    expect(page.meta).toEqual({ page: null, limit: 10, total: null, totalPages: null });
    seen.push(...numbers(page));
    cursor = page.cursor;
  }
  expect(seen).toEqual(down(50, 1));
});

it("200: by locale and by opt-in, together too, with exact totals, also along a cursor", async () => {
  expect(await list("locale=es&limit=1")).toMatchObject({ meta: { total: 27, totalPages: 27 } });
  expect(await list("optIn=false&limit=5")).toMatchObject({ meta: { total: 12, totalPages: 3 } });
  const both = await list("optIn=false&locale=en&limit=4");
  expect([both.meta.total, numbers(both)]).toEqual([6, [55, 45, 35, 25]]);
  expect(numbers(await list(`optIn=false&locale=en&limit=4&cursor=${both.cursor}`))).toEqual([15, 5]);
  expect(await list("locale=EN")).toMatchObject({
    data: [],
    meta: { total: 0, totalPages: 0 },
    cursor: null,
  });
});

it("200: a limit above 500 is clamped, a page far behind the end is empty, unknown parameters are ignored", async () => {
  expect((await list("limit=1000000000&sort=x")).meta).toMatchObject({ limit: 500, total: 60 });
  for (const query of ["page=1000000000&limit=500", "page=1000000000&locale=en&updatedSince=2020-01-01"]) {
    expect([query, await list(query)]).toMatchObject([query, { data: [] }]);
  }
  expect((await list("cursor=")).data).toHaveLength(50);
});

it.each([
  ["limit=0", "limit"],
  ["limit=-5", "limit"],
  ["limit=abc", "limit"],
  ["limit=1&limit=2", "limit"],
  ["page=0", "page"],
  ["page=x", "page"],
  ["cursor=tampered", "cursor"],
  ["cursor=a&cursor=b", "cursor"],
  ["optIn=maybe", "optIn"],
  ["locale=", "locale"],
  ["locale=%00", "locale"],
  ["locale=a&locale=b", "locale"],
  ["updatedSince=yesterday", "updatedSince"],
  ["updatedSince=", "updatedSince"],
  ["updatedSince=2026-02-31", "updatedSince"],
  ["updatedSince=2026-01-01T00:00:00", "updatedSince"],
  ["updatedSince=2026-01-01&updatedSince=2026-01-02", "updatedSince"],
])("400: %s", async (query, field) => {
  const reply = await api.call("GET", `/contacts?${query}`, { key });
  expect([reply.status, reply.body.statusCode, reply.body.path]).toEqual([400, 400, "/contacts"]);
  expect(reply.body.message).toContain(`${field}: `);
});
