import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

const base = "/api/v1/contacts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  for (let n = 0; n < 5; n++) {
    const json = {
      email: `p${n}@list.example`,
      firstName: `Person${n}`,
      status: n < 3 ? "subscribed" : "bounced",
    };
    await api.call("POST", base, { json });
  }
});
afterAll(() => api.close());

const list = async (query: string) => (await api.call("GET", `${base}?${query}`)).body;
const emails = async (query: string) =>
  (await list(query)).contacts.map(({ email }: { email: string }) => email.split("@")[0]);

it("200: the page under both names, newest first, with the pagination in both spellings", async () => {
  const reply = await api.call("GET", `${base}?limit=2`);
  expect(reply.status).toBe(200);
  const [{ id }] = reply.body.contacts;
  const newest = (await api.call("GET", `${base}/${id}`)).body.contact;
  expect(newest.email).toBe("p4@list.example");
  expect(reply.body).toEqual({
    success: true,
    contacts: [newest, expect.objectContaining({ email: "p3@list.example" })],
    data: reply.body.contacts,
    pagination: { page: 1, limit: 2, total: 5, total_pages: 3, totalPages: 3 },
  });
});

it("200: pages follow each other, and behind the last one is nothing", async () => {
  expect(await emails("limit=2&page=2")).toEqual(["p2", "p1"]);
  expect(await emails("limit=2&page=3")).toEqual(["p0"]);
  expect(await emails("limit=2&page=4")).toEqual([]);
  expect(await emails("limit=2&page=1000000000000")).toEqual([]);
});

it("200: 50 to a page unless a limit is given, and at most 100", async () => {
  expect((await list("")).pagination).toMatchObject({ page: 1, limit: 50, total_pages: 1 });
  expect((await list("limit=1000000000")).pagination).toMatchObject({ limit: 100 });
});

it("200: by status, with its own total", async () => {
  expect(await emails("status=subscribed")).toEqual(["p2", "p1", "p0"]);
  expect((await list("status=bounced&limit=1")).pagination).toMatchObject({ total: 2, total_pages: 2 });
  expect((await list("status=complained")).pagination).toMatchObject({ total: 0, total_pages: 0 });
});

it("200: search looks into email and name, also together with a status", async () => {
  expect(await emails("search=erson3")).toEqual(["p3"]);
  expect(await emails("search=P1@LIST")).toEqual(["p1"]);
  expect((await list("search=list.example&status=bounced")).pagination.total).toBe(2);
  expect(await emails("search=")).toHaveLength(5);
  expect(await emails("search=nobody%25_")).toEqual([]);
});

it.each([
  ["limit=0", "limit"],
  ["limit=-5", "limit"],
  ["limit=abc", "limit"],
  ["limit=1.5", "limit"],
  ["limit=", "limit"],
  ["limit=1&limit=2", "limit"],
  ["page=0", "page"],
  ["page=-1", "page"],
  ["page=abc", "page"],
  ["page=1&page=2", "page"],
  ["status=active", "status"],
  ["status=SUBSCRIBED", "status"],
  ["status=", "status"],
  ["search=a&search=b", "search"],
  ["search=%00", "search"],
  [`search=${"x".repeat(300)}`, "search"],
])("400: %s is refused by name", async (query, field) => {
  const reply = await api.call("GET", `${base}?${query}`);
  expect([reply.status, reply.body]).toEqual([
    400,
    {
      success: false,
      error: expect.stringContaining(field),
      code: "invalid",
      details: { fieldErrors: { [field]: [expect.any(String)] }, formErrors: [] },
    },
  ]);
});
