import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const path = "/v1/suppressions";
const add = (json: Json, headers?: Record<string, string>) =>
  api.house("POST", path, { json, ...(headers && { headers }) });
const list = async (query = "") => (await api.house("GET", `${path}${query}`)).body;
const statusOf = async (id: string) => (await api.house("GET", `/v1/contacts/${id}`)).body.data.status;
const counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, failed: 0, errors: [] };

describe("POST /v1/suppressions", () => {
  it("200: addresses go on the list, contacts to the same status, and nobody's gets looser", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const bob = await api.created({ email: "bob@x.io", status: "complained" });
    const emails = ["ANN@x.io", "bob@x.io", "gone@x.io", "ann@x.io", "no address"];
    const { status, body } = await add({ emails, status: "bounced", reason: "spam trap" });
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        ...counts,
        created: 3,
        duplicate: 1,
        failed: 1,
        errors: [expect.objectContaining({ index: 4, email: "no address", code: "email_invalid" })],
      },
    ]);
    expect([await statusOf(ann.id), await statusOf(bob.id)]).toEqual(["bounced", "complained"]);
    const [entry] = (await list("?email=Gone@x.io")).data;
    expect(entry).toMatchObject({ email: "gone@x.io", status: "bounced", reason: "spam trap" });
    const back = await api.created({ email: "gone@x.io" });
    expect(back.status).toBe("bounced");

    const again = (await add({ email: "gone@x.io", status: "unsubscribed" })).body;
    expect(again).toEqual({ success: true, ...counts, unchanged: 1 });
    const stricter = (await add({ email: "gone@x.io", status: "complained" })).body;
    expect(stricter).toEqual({ success: true, ...counts, updated: 1 });
    expect(await statusOf(back.id)).toBe("complained");
    expect((await list("?email=gone@x.io")).data[0]).toMatchObject({ id: entry.id, status: "complained" });
    const changes = await api.deps.sql`
      select from_status, to_status, reason, source_kind from status_changes
      where tenant_id = ${tenantId} order by id`;
    expect(changes).toMatchObject([
      { fromStatus: "active", toStatus: "bounced", reason: "suppressed", sourceKind: "key" },
      { fromStatus: "bounced", toStatus: "complained", reason: "suppressed", sourceKind: "key" },
    ]);
  });

  it("the totals by status follow", async () => {
    await api.created({ email: "ann@x.io" });
    await add({ email: "ann@x.io" });
    const total = async (status: string) =>
      (await api.house("GET", `/v1/contacts?status=${status}`)).body.pagination.total;
    expect([await total("active"), await total("unsubscribed")]).toEqual([0, 1]);
  });

  it("once for its Idempotency-Key", async () => {
    const headers = { "Idempotency-Key": "k1" };
    const first = await add({ email: "ann@x.io" }, headers);
    const second = await add({ email: "ann@x.io" }, headers);
    expect([second.text, second.headers.get("Idempotent-Replayed")]).toEqual([first.text, "true"]);
    expect(first.body.created).toBe(1);
  });

  it("keeps no address, wherever it stands", async () => {
    await add({ emails: ["nowhere@x.io"], reason: "found in an old file" });
    const [row] = await api.deps.sql`select s::text as row from suppressions s where tenant_id = ${tenantId}`;
    expect(row!.row).not.toContain("nowhere");
  });

  it.each([
    [{}, ["email"]],
    [{ email: "a@x.io", emails: [] }, ["email"]],
    [{ email: 5 }, ["email"]],
    [{ emails: "a@x.io" }, ["emails"]],
    [{ emails: Array(10_001).fill("a@x.io") }, ["emails"]],
    [{ email: "a@x.io", status: "active" }, ["status"]],
    [{ email: "a@x.io", reason: "said a@x.io" }, ["reason"]],
    [{ email: "a@x.io", until: 1 }, ["until"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await add(json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });
});

describe("GET /v1/suppressions", () => {
  it("200: newest first, page by page, with what is filtered for, and addresses only where they are named", async () => {
    for (const [email, status] of [
      ["a@x.io", "unsubscribed"],
      ["b@x.io", "bounced"],
      ["c@x.io", "unsubscribed"],
    ]) {
      await add({ email, status, reason: `of ${email![0]}` });
    }
    const first = await list("?limit=2");
    expect([first.data.map((entry: Json) => entry.reason), first.hasMore]).toEqual([["of c", "of b"], true]);
    const rest = await list(`?limit=2&cursor=${first.cursor}`);
    expect(rest).toMatchObject({ data: [{ reason: "of a", email: null }], hasMore: false, cursor: null });
    const reasons = async (query: string) => (await list(query)).data.map((entry: Json) => entry.reason);
    expect(await reasons("?status=unsubscribed")).toEqual(["of c", "of a"]);
    expect(await reasons("?reason=of b")).toEqual(["of b"]);
    expect(await reasons(`?source=${first.data[0].source}&status=bounced`)).toEqual(["of b"]);
    expect(await reasons("?email=b@x.io&status=unsubscribed")).toEqual([]);
    expect(await reasons("?email=nonsense")).toEqual([]);
    expect(JSON.stringify(await list())).not.toContain("x.io");
    await api.freshTenant();
    expect(await reasons("?email=b@x.io")).toEqual([]);
  });

  it.each([
    "?cursor=x",
    "?limit=0",
    "?status=active",
    "?mail=a",
    "?reason=%00",
    "?source=%00",
    "?email=a&email=b",
  ])("400: %s", async (query) => {
    expect((await api.house("GET", path + query)).status).toBe(400);
  });
});

describe("POST /v1/suppressions/check", () => {
  it("200: by the list, by the contact, by both, and who is clear", async () => {
    await api.created({ email: "active@x.io" });
    const left = await api.created({ email: "left@x.io", status: "unsubscribed" });
    await add({ emails: ["left@x.io", "listed@x.io"], status: "bounced" });
    const emails = ["Listed@x.io", "left@x.io", "active@x.io", "new@x.io", "new@x.io", "bad", "bad"];
    const { status, body } = await api.house("POST", `${path}/check`, { json: { emails } });
    expect([status, body.data]).toEqual([
      200,
      {
        suppressed: [
          expect.objectContaining({ email: "listed@x.io", status: "bounced", contact: null }),
          {
            email: "left@x.io",
            status: "bounced",
            entry: expect.objectContaining({ status: "bounced", reason: "added" }),
            contact: { id: left.id, status: "bounced" },
          },
        ],
        clear: ["active@x.io", "new@x.io"],
        invalid: ["bad"],
      },
    ]);
  });

  it("400: without a list, or with too long a one", async () => {
    for (const json of [{}, { emails: Array(10_001).fill("a@x.io") }]) {
      expect((await api.house("POST", `${path}/check`, { json })).status).toBe(400);
    }
  });
});

describe("DELETE /v1/suppressions/:id", () => {
  const remove = (named: string) => api.house("DELETE", `${path}/${named}`);

  it("200: by id or address, once; the contact keeps its status", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    await add({ emails: ["ann@x.io", "bob@x.io"] });
    const { id } = (await list("?email=bob@x.io")).data[0];
    expect([(await remove(id)).status, (await remove(id)).status]).toEqual([200, 404]);
    expect((await remove("ANN%40x.io")).body).toEqual({ success: true });
    expect((await list()).data).toEqual([]);
    expect(await statusOf(ann.id)).toBe("unsubscribed");
    expect((await api.created({ email: "bob@x.io" })).status).toBe("active");
  });

  it("400: who complained or asked to be forgotten is removed by force only, also when the entry got stricter since", async () => {
    await add({ email: "cross@x.io", status: "complained" });
    const gone = await api.created({ email: "gone@x.io" });
    await api.house("DELETE", `/v1/contacts/${gone.id}?erase=true`);
    await add({ email: "gone@x.io", status: "bounced" });
    for (const email of ["cross@x.io", "gone@x.io"]) {
      const refused = await remove(email);
      expect([refused.status, Object.keys(refused.body.details.fieldErrors)]).toEqual([400, ["force"]]);
      expect((await remove(`${email}?force=true`)).status).toBe(200);
    }
    expect((await list()).data).toEqual([]);
  });

  it("404: what is nowhere, or another tenant's", async () => {
    await add({ email: "ann@x.io" });
    const { id } = (await list()).data[0];
    await api.freshTenant();
    for (const named of [id, "ann@x.io", "nonsense", "%00"]) {
      expect([named, (await remove(named)).status]).toEqual([named, 404]);
    }
  });
});
