import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
let tenantId: string;
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const path = "/v1/segments";
const rule = (field: string, operator: string, value?: unknown) => ({ field, operator, value });
const all = (...rules: object[]) => ({ operator: "AND", rules });
const active = all(rule("status", "equals", "active"));
const create = (name: string, filter: unknown = active, headers?: Record<string, string>) =>
  api.house("POST", path, { json: { name, filter }, ...(headers && { headers }) });
const created = async (name: string, filter?: unknown) => {
  const { status, body } = await create(name, filter);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.data;
};
const using = (id: string, operator = "in") => all(rule("segment", operator, [id]));
const call = async (method: string, rest: string, json?: Json) =>
  api.house(method, `${path}${rest}`, json === undefined ? {} : { json });
const emails = ({ body }: { body: Json }) => body.data.map((contact: Json) => contact.email);
const fields = ({ body }: { body: Json }) => Object.keys(body.details.fieldErrors);

describe("POST /v1/segments", () => {
  it("201: with its count", async () => {
    await api.created({ email: "a@x.io" });
    await api.created({ email: "b@x.io", status: "bounced" });
    const { status, body } = await create("  Active ");
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        data: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: "Active",
          filter: active,
          contactCount: 1,
          countedAt: expect.any(String),
          createdAt: expect.any(String),
          updatedAt: expect.any(String),
        },
      },
    ]);
  });

  it("once for its Idempotency-Key, its count too", async () => {
    await api.created({ email: "a@x.io" });
    const headers = { "Idempotency-Key": "k1" };
    const first = await create("Active", active, headers);
    const second = await create("Active", active, headers);
    expect([first.status, first.body.data.contactCount]).toEqual([201, 1]);
    expect([second.text, second.headers.get("Idempotent-Replayed")]).toEqual([first.text, "true"]);
  });

  it("409: a name that is taken, in this tenant alone", async () => {
    await created("Active");
    expect((await create("Active")).body).toMatchObject({ code: "name_taken" });
    await api.freshTenant();
    expect((await create("Active")).status).toBe(201);
  });

  const deep = (levels: number): object =>
    levels === 1 ? all(rule("email", "is_not_empty")) : { operator: "OR", rules: [deep(levels - 1)] };

  it("201: five groups inside each other, a hundred rules, a thousand values", async () => {
    await created("deep", deep(5));
    await created("many", all(...Array.from({ length: 100 }, (_, i) => rule("name", "not_equals", `n${i}`))));
    await created(
      "values",
      all(
        rule(
          "name",
          "in",
          Array.from({ length: 1000 }, (_, i) => `n${i}`),
        ),
      ),
    );
  });

  it.each<[string, unknown, string[]]>([
    ["no filter", null, ["filter"]],
    [
      "no group",
      rule("status", "equals", "active"),
      ["filter.operator", "filter.rules", "filter.field", "filter.value"],
    ],
    ["no rules", all(), ["filter.rules"]],
    ["neither AND nor OR", { operator: "XOR", rules: [rule("name", "is_empty")] }, ["filter.operator"]],
    ["an unknown field of a group", { ...active, not: true }, ["filter.not"]],
    ["an unknown field of a rule", all({ ...rule("name", "is_empty"), type: "x" }), ["filter.rules.0.type"]],
    ["an unknown operator", all(rule("name", "like", "a")), ["filter.rules.0.operator"]],
    ["a field that is none", all(rule("shoeSize", "equals", 5)), ["filter.rules.0.field"]],
    ["an attribute without a name", all(rule("metadata.", "is_empty")), ["filter.rules.0.field"]],
    ["an operator of other fields", all(rule("status", "contains", "act")), ["filter.rules.0.operator"]],
    ["a status that is none", all(rule("status", "equals", "sleepy")), ["filter.rules.0.value"]],
    ["no value", all(rule("name", "equals")), ["filter.rules.0.value"]],
    ["a value that is not compared with", all(rule("name", "is_empty", "x")), ["filter.rules.0.value"]],
    ["an empty text", all(rule("name", "contains", "")), ["filter.rules.0.value"]],
    ["NUL", all(rule("name", "contains", "\0")), ["filter.rules.0.value"]],
    ["a text for a number", all(rule("opened", "greater_than", "5")), ["filter.rules.0.value"]],
    ["a number for a text", all(rule("name", "equals", 5)), ["filter.rules.0.value"]],
    ["one for many", all(rule("name", "in", "a")), ["filter.rules.0.value"]],
    ["many for one", all(rule("name", "equals", ["a"])), ["filter.rules.0.value"]],
    ["none of many", all(rule("name", "in", [])), ["filter.rules.0.value"]],
    ["a day that is none", all(rule("createdAt", "before", "2026-02-30")), ["filter.rules.0.value"]],
    [
      "days that are none",
      all(rule("createdAt", "before", { daysAgo: -1 })),
      ["filter.rules.0.value.daysAgo"],
    ],
    ["weeks", all(rule("createdAt", "before", { weeksAgo: 1 })), ["filter.rules.0.value"]],
    ["an id that is none", all(rule("segment", "in", ["x"])), ["filter.rules.0.value"]],
    ["a segment that is not there", using("0190c8f0-0000-7000-8000-000000000000"), ["filter"]],
    ["six groups inside each other", deep(6), [`filter${".rules.0".repeat(5)}.operator`]],
    ["101 rules", all(...Array(101).fill(rule("name", "is_empty"))), ["filter.rules"]],
    ["1,001 values", all(rule("name", "in", Array(1001).fill("a"))), ["filter.rules.0.value"]],
    ["what nobody is", all(rule("score", "greater_than", 100)), ["filter.rules.0"]],
    ["what nobody is twice", all(...active.rules, rule("status", "equals", "bounced")), ["filter.rules.1"]],
  ])("400: %s", async (_what, filter, named) => {
    const reply = await create("x", filter);
    expect([reply.status, fields(reply)]).toEqual([400, named]);
  });

  it("400: nothing is followed deeper than it may be, however deep it is", async () => {
    const levels = 20_000;
    const filter = `${'{"operator":"AND","rules":['.repeat(levels)}${"]}".repeat(levels)}`;
    const headers = { "Content-Type": "application/json" };
    const reply = await api.house("POST", path, { body: `{"name":"x","filter":${filter}}`, headers });
    expect([400, 413]).toContain(reply.status);
  });

  it("400: a name that is none", async () => {
    for (const name of ["", "  ", "x".repeat(101), 5, null]) {
      const reply = await api.house("POST", path, { json: { name, filter: active } });
      expect([reply.status, fields(reply)]).toEqual([400, ["name"]]);
    }
  });
});

describe("GET /v1/segments", () => {
  it("200: newest first, page by page", async () => {
    for (const name of ["a", "b", "c"]) await created(name);
    const names = ({ body }: { body: Json }) => body.data.map((segment: Json) => segment.name);
    const first = await call("GET", "?limit=2");
    expect([names(first), first.body.hasMore]).toEqual([["c", "b"], true]);
    const rest = await call("GET", `?limit=2&cursor=${first.body.cursor}`);
    expect([names(rest), rest.body.hasMore, rest.body.cursor]).toEqual([["a"], false, null]);
    await api.freshTenant();
    expect(names(await call("GET", ""))).toEqual([]);
  });

  it.each(["?cursor=x", "?limit=0", "?name=a"])("400: %s", async (query) => {
    expect((await call("GET", query)).status).toBe(400);
  });
});

describe("/v1/segments/:id", () => {
  it("PATCH 200: another name keeps the count, another filter is counted anew", async () => {
    await api.created({ email: "a@x.io", status: "bounced" });
    const { id, countedAt } = await created("Active");
    const renamed = (await call("PATCH", `/${id}`, { name: "May be mailed" })).body.data;
    expect(renamed).toMatchObject({ name: "May be mailed", contactCount: 0, countedAt });
    const filter = all(rule("status", "equals", "bounced"));
    const { data } = (await call("PATCH", `/${id}`, { filter })).body;
    expect(data).toMatchObject({ name: "May be mailed", filter, contactCount: 1 });
    expect((await call("GET", `/${id}`)).body.data).toEqual(data);
  });

  it("PATCH 409 and 400: another's name, nothing at all, what nobody is", async () => {
    await created("a");
    const { id } = await created("b");
    expect((await call("PATCH", `/${id}`, { name: "a" })).status).toBe(409);
    expect((await call("PATCH", `/${id}`, { name: "b" })).status).toBe(200);
    expect((await call("PATCH", `/${id}`, {})).status).toBe(400);
    const never = { filter: all(rule("email", "is_empty")) };
    expect(fields(await call("PATCH", `/${id}`, never))).toEqual(["filter.rules.0"]);
  });

  it("DELETE 200, and 409 with the names of the segments that use it", async () => {
    const { id } = await created("inner");
    const outer = await created("outer", using(id, "not_in"));
    const refused = await call("DELETE", `/${id}`);
    expect([refused.status, refused.body.code]).toEqual([409, "in_use"]);
    expect(refused.body.error).toContain("outer");
    expect((await call("PATCH", `/${outer.id}`, { filter: active })).status).toBe(200);
    expect((await call("DELETE", `/${id}`)).body).toEqual({ success: true });
    expect((await call("GET", `/${id}`)).status).toBe(404);
  });

  it("404: what is nowhere, or another tenant's", async () => {
    const { id } = await created("a");
    await api.freshTenant();
    for (const named of [id, "nonsense", "%00"]) {
      for (const [method, rest, json] of [
        ["GET", "", undefined],
        ["PATCH", "", { name: "mine" }],
        ["DELETE", "", undefined],
        ["GET", "/preview", undefined],
        ["POST", "/refresh", undefined],
        ["GET", "/members", undefined],
      ] as const) {
        expect([method, named, rest, (await call(method, `/${named}${rest}`, json)).status]).toEqual([
          method,
          named,
          rest,
          404,
        ]);
      }
    }
  });
});

describe("segments in segments", () => {
  it("are joined, and left out", async () => {
    await api.created({ email: "a@x.io", tags: ["vip"] });
    await api.created({ email: "b@x.io" });
    const inner = await created("vip", all(rule("tags", "contains", "vip")));
    const within = await created("in", using(inner.id.toUpperCase()));
    const without = await created("out", using(within.id, "not_in"));
    expect(emails(await call("GET", `/${within.id}/members`))).toEqual(["a@x.io"]);
    expect(emails(await call("GET", `/${without.id}/members`))).toEqual(["b@x.io"]);
  });

  it("400: none comes back to itself, however far round", async () => {
    const a = await created("a");
    const b = await created("b", using(a.id));
    const c = await created("c", using(b.id, "not_in"));
    const round = await call("PATCH", `/${a.id}`, { filter: using(c.id) });
    expect([round.status, round.body.error]).toEqual([
      400,
      "filter: a would ask for itself, by way of c, b, a. Take that out.",
    ]);
    expect((await call("PATCH", `/${a.id}`, { filter: using(a.id) })).status).toBe(400);
  });

  it("400: no more than 1,000 rules together, also from the inside", async () => {
    const names = (n: number) =>
      all(...Array.from({ length: n }, (_, i) => rule("name", "not_equals", `${i}`)));
    const inner = await created("inner", names(50));
    const twenty = (id: string) => all(...Array(19).fill(rule("segment", "in", [id])));
    await created("outer", twenty(inner.id));
    const grown = await call("PATCH", `/${inner.id}`, { filter: names(60) });
    expect([grown.status, grown.body.error]).toEqual([400, expect.stringContaining("outer would have 1159")]);
    const sixty = await created("sixty", names(60));
    for (const reply of [
      await create("too large", twenty(sixty.id)),
      await call("POST", "/preview", { filter: twenty(sixty.id) }),
    ]) {
      expect([reply.status, fields(reply)]).toEqual([400, ["filter"]]);
    }
  });

  it("of two that are told to use each other at the same time one is refused", async () => {
    const [a, b] = [await created("a"), await created("b")];
    const replies = await Promise.all([
      call("PATCH", `/${a.id}`, { filter: using(b.id) }),
      call("PATCH", `/${b.id}`, { filter: using(a.id) }),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it("one that is deleted while another begins to use it is either gone or used", async () => {
    const { id } = await created("inner");
    const [deleted, used] = await Promise.all([call("DELETE", `/${id}`), create("outer", using(id))]);
    expect([`${deleted.status} ${used.status}`]).toEqual([expect.stringMatching(/^(200 400|409 201)$/)]);
  });
});

describe("who is in a segment", () => {
  const numbered = (n: number) =>
    Promise.all(
      Array.from({ length: n }, (_, i) => api.created({ email: `p${i}@x.io`, tags: [`t${i % 2}`] })),
    );

  it("GET /:id/members 200: everybody once, newest first, page by page, as they are now", async () => {
    await numbered(7);
    const { id } = await created("even", all(rule("tags", "equals", "t0")));
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 4; page++) {
      const reply = await call("GET", `/${id}/members?limit=2${cursor}`);
      seen.push(...emails(reply));
      if (!reply.body.hasMore) break;
      cursor = `&cursor=${reply.body.cursor}`;
    }
    expect(seen.toSorted()).toEqual(["p0@x.io", "p2@x.io", "p4@x.io", "p6@x.io"]);
    await api.created({ email: "late@x.io", tags: ["t0"] });
    expect(emails(await call("GET", `/${id}/members?limit=1`))).toEqual(["late@x.io"]);
    expect((await call("GET", `/${id}/members?cursor=x`)).status).toBe(400);
  });

  it("GET /:id/preview and POST /preview 200: the count and the newest ten", async () => {
    await numbered(24);
    const filter = all(rule("tags", "in", ["t0", "t2"]));
    const { id } = await created("even", filter);
    for (const reply of [await call("GET", `/${id}/preview`), await call("POST", "/preview", { filter })]) {
      const { count, sample } = reply.body.data;
      expect([reply.status, count, sample.length]).toEqual([200, 12, 10]);
      expect(sample[0]).toMatchObject({ tags: ["t0"] });
    }
    const none = await call("POST", "/preview", { filter: all(rule("name", "equals", "nobody")) });
    expect(none.body.data).toEqual({ count: 0, sample: [] });
  });

  it("POST /:id/refresh 200: counts anew what the kept count no longer says", async () => {
    const { id } = await created("Active");
    await api.created({ email: "a@x.io" });
    expect((await call("GET", `/${id}`)).body.data.contactCount).toBe(0);
    expect((await call("POST", `/${id}/refresh`)).body.data.contactCount).toBe(1);
    expect((await call("GET", `/${id}`)).body.data.contactCount).toBe(1);
  });

  it("nothing that a caller writes reaches the database as more than a value", async () => {
    await api.created({ email: "a@x.io", metadata: { "'; drop table segments; --": "x" } });
    const evil = "'; drop table segments; --";
    const texts = [evil, "$1", "%' or true --", "\\", "a'||'b"];
    for (const value of texts) {
      for (const field of ["name", "tags", "metadata.x", `metadata.${evil}`, `metadata.${value}`]) {
        for (const operator of ["equals", "contains", "starts_with", "ends_with"]) {
          const reply = await call("POST", "/preview", { filter: all(rule(field, operator, value)) });
          expect([field, value, reply.status, reply.body.data?.count]).toEqual([field, value, 200, 0]);
        }
      }
    }
    const { body } = await call("POST", "/preview", { filter: all(rule(`metadata.${evil}`, "equals", "X")) });
    expect(body.data.count).toBe(1);
  });
});

describe("contacts by their segment", () => {
  const nowhere = "0190c8f0-0000-7000-8000-000000000000";
  const vips = async () => {
    for (const [email, tags] of [
      ["a@x.io", ["vip"]],
      ["b@x.io", []],
      ["c@x.io", ["vip"]],
    ]) {
      await api.created({ email, tags });
    }
    return created("vip", all(rule("tags", "contains", "vip")));
  };

  it("are listed by page, by cursor and by time, searched and exported", async () => {
    const { id } = await vips();
    const list = (query: string) => api.house("GET", `/v1/contacts?segmentId=${id}${query}`);
    const whole = await list("");
    expect([emails(whole), whole.body.pagination.total]).toEqual([["c@x.io", "a@x.io"], 2]);
    expect(emails(await list("&limit=1&page=2"))).toEqual(["a@x.io"]);
    const first = await list("&limit=1&sort=email");
    expect(emails(await list(`&limit=1&sort=email&cursor=${first.body.cursor}`))).toEqual(["c@x.io"]);
    expect(emails(await list("&updatedSince=2020-01-01"))).toEqual(["a@x.io", "c@x.io"]);
    expect(emails(await list("&search=c@x"))).toEqual(["c@x.io"]);
    const file = await api.house("GET", `/v1/contacts/export?segmentId=${id}&format=ndjson`);
    expect(
      file.text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).email),
    ).toEqual(["c@x.io", "a@x.io"]);
    const [misar, mail] = await Promise.all([
      api.house("GET", `/api/v1/contacts?segment_id=${id}`),
      api.house("GET", `/mail/v1/contacts?segmentId=${id}&status=active`),
    ]);
    expect([misar.body.pagination.total, mail.body.contacts.length]).toEqual([2, 2]);
  });

  it("404 where there is no such segment in this tenant, 400 where it is no id", async () => {
    const { id } = await vips();
    await api.freshTenant();
    for (const segment of [id, nowhere]) {
      for (const address of [
        `/v1/contacts?segmentId=${segment}`,
        `/v1/contacts?segmentId=${segment}&updatedSince=2020-01-01`,
        `/v1/contacts/export?segmentId=${segment}`,
        `/api/v1/contacts?segment_id=${segment}`,
      ]) {
        expect([address, (await api.house("GET", address)).status]).toEqual([address, 404]);
      }
      const filter = { segmentId: segment };
      const json = { filter, update: { tags: ["x"] } };
      expect((await api.house("PATCH", "/v1/contacts/bulk", { json })).status).toBe(404);
    }
    expect((await api.house("GET", "/v1/contacts?segmentId=x")).status).toBe(400);
  });

  it("are changed by a job as the segment was when it was started, whatever becomes of it", async () => {
    const { id } = await vips();
    const json = { filter: { segmentId: id, status: ["active"] }, update: { locale: "de" } };
    const { status, body } = await api.house("PATCH", "/v1/contacts/bulk", { json });
    expect(status).toBe(202);
    expect((await call("DELETE", `/${id}`)).status).toBe(200);
    await api.work(body.data.jobId, tenantId);
    const job = (await api.house("GET", `/v1/jobs/${body.data.jobId}`)).body.data;
    expect([job.state, job.total, job.counters.updated]).toEqual(["completed", 2, 2]);
    const changed = (await api.house("GET", "/v1/contacts?sort=email")).body.data;
    expect(changed.map(({ locale }: Json) => locale)).toEqual(["de", null, "de"]);
  });

  it("are found by their lists, of which one that is not there is refused", async () => {
    const { id: contactId } = await api.created({ email: "on@x.io" });
    await api.created({ email: "off@x.io" });
    const list = (await api.house("POST", "/v1/lists", { json: { name: "Fair" } })).body.data;
    const json = { ids: [contactId] };
    expect((await api.house("POST", `/v1/lists/${list.id}/contacts`, { json })).status).toBe(200);
    const on = await created("on", all(rule("list", "in", [list.id])));
    const off = await created("off", all(rule("list", "not_equals", list.id)));
    expect(emails(await call("GET", `/${on.id}/members`))).toEqual(["on@x.io"]);
    expect(emails(await call("GET", `/${off.id}/members`))).toEqual(["off@x.io"]);
    const asked = all(rule("list", "in", [list.id, nowhere]));
    for (const reply of [
      await create("none", asked),
      await call("PATCH", `/${on.id}`, { filter: asked }),
      await call("POST", "/preview", { filter: asked }),
    ]) {
      expect([reply.status, fields(reply)]).toEqual([400, ["filter"]]);
    }
  });
});
