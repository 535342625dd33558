import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
let ann: Json;
let bob: Json;
let list: Json;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
  ann = await api.created({ email: "ann@x.io" });
  bob = await api.created({ email: "bob@x.io" });
  list = (await ok("POST", "/v1/lists", { name: "Fair" })).data;
});

async function ok(method: string, path: string, json?: object): Promise<Json> {
  const { status, body } = await api.house(method, path, json === undefined ? {} : { json });
  expect([status < 300, body]).toEqual([true, body]);
  return body;
}
const of = (id = list.id) => `/v1/lists/${id}`;
const emails = ({ data }: Json) => data.map(({ email }: Json) => email);
const failed = async (method: string, path: string, json?: object) => {
  const { status, body } = await api.house(method, path, json === undefined ? {} : { json });
  return [status, body.code, Object.keys(body.details?.fieldErrors ?? {})];
};

describe("/v1/lists", () => {
  it("is made, read, renamed, duplicated and deleted", async () => {
    expect(list).toMatchObject({ slug: "fair", name: "Fair", contactCount: 0 });
    await ok("POST", `${of()}/contacts`, { ids: [ann.id] });
    expect((await ok("GET", of())).data).toEqual({ ...list, contactCount: 1 });
    const renamed = (await ok("PATCH", of(), { name: " Fairs " })).data;
    expect(renamed).toMatchObject({ id: list.id, slug: "fair", name: "Fairs", contactCount: 1 });
    const copy = (await ok("POST", `${of()}/duplicate`)).data;
    expect(copy).toMatchObject({ slug: "fairs-copy", name: "Fairs (copy)", contactCount: 1 });
    const first = await ok("GET", "/v1/lists?limit=1");
    expect([first.data, first.hasMore]).toEqual([[copy], true]);
    const second = await ok("GET", `/v1/lists?limit=1&cursor=${first.cursor}`);
    expect([second.data, second.cursor, second.hasMore]).toEqual([[renamed], null, false]);
    expect(await ok("DELETE", of())).toEqual({ success: true });
    expect(await failed("GET", of())).toEqual([404, "not_found", []]);
    expect((await ok("GET", `/v1/contacts/${ann.id}/lists`)).data).toMatchObject([{ id: copy.id }]);
  });

  it.each([
    ["POST", "/v1/lists", { name: " " }, [400, "invalid", ["name"]]],
    ["POST", "/v1/lists", { name: "x".repeat(101) }, [400, "invalid", ["name"]]],
    ["POST", "/v1/lists", { name: "New", slug: "new" }, [400, "invalid", ["slug"]]],
    ["POST", "/v1/lists", undefined, [400, "invalid", []]],
    ["POST", "/v1/lists", { name: "Fair" }, [409, "name_taken", []]],
    ["GET", "/v1/lists?cursor=x", undefined, [400, "invalid", ["cursor"]]],
    ["GET", "/v1/lists/fair", undefined, [404, "not_found", []]],
  ])("%s %s %j is refused by name", async (method, path, json, refused) => {
    expect(await failed(method, path, json)).toEqual(refused);
  });
});

describe("/v1/lists/:id/contacts", () => {
  it("shows them page by page, with a total that is exact", async () => {
    expect(
      (await ok("POST", `${of()}/contacts`, { emails: ["ANN@x.io", "bob@x.io", "no@x.io"] })).data,
    ).toEqual({
      added: 2,
      alreadyOn: 0,
      notFound: ["no@x.io"],
    });
    const first = await ok("GET", `${of()}/contacts?limit=1`);
    expect(first).toMatchObject({ data: [bob], total: 2, hasMore: true });
    const second = await ok("GET", `${of()}/contacts?limit=1&cursor=${first.cursor}`);
    expect(second).toMatchObject({ data: [ann], total: null, cursor: null, hasMore: false });
  });

  it("takes off many, or one, who must be on it", async () => {
    await ok("POST", `${of()}/contacts`, { ids: [ann.id, bob.id] });
    expect(await ok("DELETE", `${of()}/contacts/${ann.id}`)).toEqual({ success: true });
    expect(await failed("DELETE", `${of()}/contacts/${ann.id}`)).toEqual([404, "not_found", []]);
    const { data } = await ok("DELETE", `${of()}/contacts`, { ids: [ann.id, bob.id, "con_x"] });
    expect(data).toEqual({ removed: 1, notOn: 1, notFound: ["con_x"] });
    expect((await ok("GET", of())).data.contactCount).toBe(0);
  });

  it.each([
    [{}, [400, "invalid", []]],
    [{ ids: [], emails: [] }, [400, "invalid", []]],
    [{ ids: ["x"], list: "y" }, [400, "invalid", ["list"]]],
    [{ ids: Array(10_001).fill("x") }, [400, "too_many_items", []]],
  ])("%j is refused", async (json, refused) => {
    expect(await failed("POST", `${of()}/contacts`, json)).toEqual(refused);
  });
});

describe("listId elsewhere", () => {
  it("narrows the list of contacts, the export and a bulk change", async () => {
    await ok("POST", `${of()}/contacts`, { ids: [ann.id] });
    const listed = await ok("GET", `/v1/contacts?listId=${list.id}&sort=email`);
    expect([emails(listed), listed.pagination.total]).toEqual([["ann@x.io"], 1]);
    const { text } = await api.house("GET", `/v1/contacts/export?format=ndjson&listId=${list.id}`);
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).email),
    ).toEqual(["ann@x.io"]);
    const { data } = await ok("PATCH", "/v1/contacts/bulk", {
      filter: { listId: list.id },
      update: { firstName: "Listed", removeFromLists: [list.id] },
    });
    await api.work(data.jobId, tenantId);
    expect((await ok("GET", `/v1/contacts/${ann.id}`)).data.firstName).toBe("Listed");
    expect((await ok("GET", of())).data.contactCount).toBe(0);
  });

  it("404 for a list that is not there, 400 for what is no id", async () => {
    const nowhere = "019c1414-4e00-7c00-8000-0000000000ff";
    for (const path of ["/v1/contacts", "/v1/contacts/export"]) {
      expect(await failed("GET", `${path}?listId=${nowhere}`)).toEqual([404, "not_found", []]);
      expect(await failed("GET", `${path}?listId=fair`)).toEqual([400, "invalid", ["listId"]]);
    }
    const contacts = [{ email: "c@x.io" }];
    expect(await failed("POST", "/v1/contacts/import", { contacts, listId: nowhere })).toEqual([
      404,
      "not_found",
      [],
    ]);
    expect((await ok("GET", "/v1/contacts")).pagination.total).toBe(2);
  });

  it("an import at once puts on it whom it creates and finds", async () => {
    const contacts = [{ email: "ann@x.io" }, { email: "new@x.io" }, { email: "nonsense" }];
    const report = await ok("POST", "/v1/contacts/import", { contacts, listId: list.id });
    expect(report).toMatchObject({ created: 1, unchanged: 1, failed: 1 });
    expect(emails(await ok("GET", `${of()}/contacts`))).toEqual(["new@x.io", "ann@x.io"]);
  });

  it("an import of a file does, by every way to say it", async () => {
    const csv = { body: "email\nann@x.io\nnew@x.io\n", headers: { "Content-Type": "text/csv" } };
    const form = new FormData();
    form.set("file", new Blob(["email\nbob@x.io\n"]), "a.csv");
    form.set("listId", list.id);
    for (const [path, options] of [
      [`/v1/contacts/imports?listId=${list.id}`, csv],
      ["/v1/contacts/imports", { body: form }],
    ] as const) {
      const { body } = await api.house("POST", path, options);
      await api.work(body.data.jobId, tenantId);
    }
    expect(emails(await ok("GET", `${of()}/contacts`))).toEqual(["new@x.io", "bob@x.io", "ann@x.io"]);
    const gone = "019c1414-4e00-7c00-8000-0000000000ff";
    const { status, body } = await api.house("POST", `/v1/contacts/imports?listId=${gone}`, csv);
    expect([status, body.code]).toEqual([404, "not_found"]);
  });

  it("a change at once says who was only put on a list: updated", async () => {
    const path = "/v1/contacts/bulk";
    const on = { ids: [ann.id, ann.id, bob.id], update: { addToLists: [list.id] } };
    expect(await ok("PATCH", path, on)).toMatchObject({ updated: 2, duplicate: 1, unchanged: 0 });
    expect(await ok("PATCH", path, on)).toMatchObject({ updated: 0, duplicate: 1, unchanged: 2 });
    const both = { addToLists: [list.id], removeFromLists: [list.id] };
    expect(await failed("PATCH", path, { ids: [ann.id], update: both })).toEqual([
      400,
      "invalid",
      ["update.removeFromLists"],
    ]);
    expect(await failed("PATCH", path, { ids: [ann.id], update: { addToLists: ["fair"] } })).toEqual([
      400,
      "invalid",
      ["update.addToLists.0"],
    ]);
    const gone = { addToLists: ["019c1414-4e00-7c00-8000-0000000000ff"] };
    expect(await failed("PATCH", path, { ids: [ann.id], update: gone })).toEqual([404, "not_found", []]);
  });
});
