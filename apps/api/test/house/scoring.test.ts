import { rescoreDue } from "@roster/usecases/scores/rescore.ts";
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

const rules = "/v1/contacts/scoring-rules";
const opens = { name: "Opens", eventType: "email.opened", scoreDelta: 10 };

async function rule(some: object = {}): Promise<Json> {
  const { status, body } = await api.house("POST", rules, { json: { ...opens, ...some } });
  expect(status).toBe(201);
  return body.data;
}

/** Has the contact read every mail, the last one three days ago. */
async function reader({ email }: { email: string }): Promise<void> {
  await api.deps.sql`
    insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, last_opened_at, activity, activity_at)
    select ${tenantId}, id, 100, 100, 71, 23, at, 8, at
    from contacts, (select now() - interval '73 hours' as at) t
    where tenant_id = ${tenantId} and email = ${email}`;
}

async function rescored(): Promise<void> {
  const { status, body } = await api.house("POST", "/v1/contacts/scores/rescore");
  expect([status, body.data.status]).toEqual([202, "queued"]);
  await api.work(body.data.jobId, tenantId);
}

describe("GET /v1/contacts/:id/score", () => {
  it("200: the score and why, at the top and in data; a rescore shows it with the contact", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    await reader(ann);
    const { status, body } = await api.house("GET", `/v1/contacts/${ann.id}/score`);
    const score = {
      score: 82,
      tier: "champion",
      factors: { openRate: 0.71, clickRate: 0.23, recency: "3d", frequency: "high" },
    };
    expect([status, body]).toEqual([200, { success: true, ...score, data: score }]);
    await rescored();
    const { data } = (await api.house("GET", `/v1/contacts/${ann.id}`)).body;
    expect(data).toMatchObject({ score: 82, tier: "champion", updatedAt: ann.updatedAt });
    const [listed] = (await api.house("GET", "/v1/contacts")).body.data;
    expect(listed).toEqual(data);
    const changed = await api.house("PATCH", `/v1/contacts/${ann.id}`, { json: { firstName: "Ann" } });
    expect(changed.body.data.score).toBe(82);
  });

  it("200: of somebody without events the one that everybody begins with", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    expect(ann).toMatchObject({ score: 50, tier: "potential" });
    const { body } = await api.house("GET", `/v1/contacts/${ann.id}/score`);
    expect(body).toMatchObject({
      score: 50,
      tier: "potential",
      factors: { recency: null, frequency: "none" },
    });
  });

  it.each(["con_01ABCDEF", "x", "con_00000000000000000000000000"])("404: %s", async (id) => {
    const { status, body } = await api.house("GET", `/v1/contacts/${id}/score`);
    expect([status, body.code]).toEqual([404, "not_found"]);
  });
});

describe("GET /v1/contacts by score", () => {
  const list = async (query: string) => {
    const { status, body } = await api.house("GET", `/v1/contacts?${query}`);
    return [status, body.data?.map(({ email }: Json) => email).join(" ") ?? body.details.fieldErrors];
  };

  it("200: filtered by tier and by the least score, and in the order of the scores; exported too", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    await api.created({ email: "bob@x.io" });
    const cem = await api.created({ email: "cem@x.io" });
    await reader(ann);
    await api.deps.sql`insert into engagement (tenant_id, contact_id, sent) select ${tenantId}, id, 10
      from contacts where tenant_id = ${tenantId} and email = ${cem.email}`;
    await rescored();
    expect(await list("sort=-score")).toEqual([200, "ann@x.io bob@x.io cem@x.io"]);
    expect(await list("sort=score")).toEqual([200, "cem@x.io bob@x.io ann@x.io"]);
    expect(await list("tier=champion")).toEqual([200, "ann@x.io"]);
    expect(await list("tier=champion&tier=dormant")).toEqual([200, "cem@x.io ann@x.io"]);
    expect(await list("minScore=50&sort=-score&page=2&limit=1")).toEqual([200, "bob@x.io"]);
    expect(await list("minScore=51&tier=potential")).toEqual([200, ""]);
    const { text } = await api.house("GET", "/v1/contacts/export?tier=dormant");
    expect(text.split("\n")[1]).toMatch(/cem@x.io,.*,9,dormant,/);
    const bulk = { filter: { tier: ["dormant"], minScore: 5 }, change: { action: "delete" } };
    const { body } = await api.house("POST", "/v1/contacts/bulk", { json: bulk });
    await api.work(body.data.jobId, tenantId);
    expect(await list("sort=-score")).toEqual([200, "ann@x.io bob@x.io"]);
  });

  it.each([
    ["tier=hero", ["tier"]],
    ["minScore=101", ["minScore"]],
    ["minScore=-1", ["minScore"]],
    ["minScore=high", ["minScore"]],
    ["sort=tier", ["sort"]],
  ])("400: %s", async (query, fields) => {
    const [status, errors] = await list(query);
    expect([status, Object.keys(errors)]).toEqual([400, fields]);
  });
});

describe("scoring rules", () => {
  it("201, then 200: a rule as it was given, with what was left out, and the job that applies it", async () => {
    const condition = { campaign_id: "spring", "metadata.plan": ["pro", "team"] };
    const { status, body } = await api.house("POST", rules, {
      json: { name: " Opens ", event_type: "opened", score_delta: 10, is_active: true, condition },
    });
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        data: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: "Opens",
          eventType: "email.opened",
          description: null,
          condition: { campaignId: { equals: "spring" }, "metadata.plan": { in: ["pro", "team"] } },
          scoreDelta: 10,
          isActive: true,
          priority: 0,
          createdAt: expect.stringMatching(/Z$/),
          updatedAt: expect.stringMatching(/Z$/),
        },
        rescoreJobId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect((await api.house("GET", `${rules}/${body.data.id}`)).body).toEqual({
      success: true,
      data: body.data,
    });
    const job = await api.house("GET", `/v1/jobs/${body.rescoreJobId}`);
    expect(job.body.data).toMatchObject({ kind: "rescore", state: "queued" });
  });

  it("200: the list has the highest priority first, and pages that older clients look for", async () => {
    const first = await rule({ priority: 5 });
    const older = await rule();
    const newer = await rule({ isActive: false });
    const { body } = await api.house("GET", rules);
    expect(body).toEqual({
      success: true,
      data: [first, older, newer],
      pagination: { page: 1, limit: 100, total: 3, totalPages: 1 },
    });
  });

  it("200: a change is of what is given alone", async () => {
    const made = await rule({ condition: { withinDays: 30 }, priority: 3 });
    const { status, body } = await api.house("PATCH", `${rules}/${made.id}`, {
      json: { score_delta: -5, description: "less" },
    });
    expect([status, body.data]).toEqual([
      200,
      { ...made, scoreDelta: -5, description: "less", updatedAt: body.data.updatedAt },
    ]);
    const { body: same } = await api.house("PATCH", `${rules}/${made.id}`, { json: {} });
    expect([same.data, same.rescoreJobId]).toEqual([body.data, null]);
  });

  it("200: an event that was just told counts at once for the score, and for the rules about it", async () => {
    const ann = await api.created({ email: "ann@x.io", tags: ["vip"] });
    await rule({ condition: { campaignId: "spring", withinDays: 7, tags: "vip" }, scoreDelta: 30 });
    const score = async () => (await api.house("GET", `/v1/contacts/${ann.id}/score`)).body.score;
    expect(await score()).toBe(50);
    const events = [{ type: "opened", contactId: ann.id, campaignId: "autumn" }];
    expect((await api.house("POST", "/v1/events", { json: { events } })).status).toBe(202);
    const opened = await score();
    const spring = [{ ...events[0], campaignId: "spring" }];
    await api.house("POST", "/v1/events", { json: { events: spring } });
    expect(await score()).toBeGreaterThanOrEqual(opened + 30);
    await rescoreDue(api.deps);
    expect((await api.house("GET", `/v1/contacts/${ann.id}`)).body.data.score).toBe(await score());
  });

  it("200: deleted it is gone, and what it added to scores too", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    await reader(ann);
    await api.deps.sql`
      insert into campaign_sends (tenant_id, contact_id, campaign_id, opened, first_at, opened_at)
      select tenant_id, contact_id, 'spring', 1, now(), now() from engagement where tenant_id = ${tenantId}`;
    const made = await rule();
    await rescored();
    expect((await api.house("GET", `/v1/contacts/${ann.id}`)).body.data.score).toBe(92);
    expect((await api.house("GET", `/v1/contacts/${ann.id}/score`)).body.score).toBe(92);
    expect((await api.house("DELETE", `${rules}/${made.id}`)).status).toBe(200);
    await rescored();
    expect((await api.house("GET", `/v1/contacts/${ann.id}`)).body.data.score).toBe(82);
    expect((await api.house("DELETE", `${rules}/${made.id}`)).status).toBe(404);
  });

  it.each([
    [{}, ["name", "eventType", "scoreDelta"]],
    [{ ...opens, eventType: "email.printed" }, ["eventType"]],
    [{ ...opens, scoreDelta: 0 }, ["scoreDelta"]],
    [{ ...opens, condition: { withinDays: 0 } }, ["condition.withinDays"]],
    [{ ...opens, condition: { tags: { contains: "a", not_contains: "a" } } }, ["condition.tags"]],
    [{ ...opens, condition: { country: "PT" } }, ["condition.country"]],
    [{ ...opens, event_type: "clicked" }, ["event_type"]],
    [{ ...opens, colour: "red" }, ["colour"]],
    [[], []],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await api.house("POST", rules, { json });
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
    if (Array.isArray(json)) return;
    const made = await rule();
    const patched = await api.house("PATCH", `${rules}/${made.id}`, { json });
    expect(patched.status).toBe(Object.keys(json).length === 0 ? 200 : 400);
  });

  it.each(["GET", "PATCH", "DELETE"])("404: %s of another tenant's rule, or of none", async (method) => {
    const made = await rule();
    await api.freshTenant();
    for (const id of [made.id, "x", "00000000-0000-7000-8000-000000000000"]) {
      const json = method === "PATCH" ? { scoreDelta: 1 } : undefined;
      expect((await api.house(method, `${rules}/${id}`, { json })).status).toBe(404);
    }
  });
});
