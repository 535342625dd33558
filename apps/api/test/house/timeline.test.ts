import { fromHouseId } from "@roster/domain/contacts/house-id.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
  await api.deps.sql`create table events_of_any_month partition of events default`;
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const timeline = async (id: string, query = "") =>
  (await api.house("GET", `/v1/contacts/${id}/timeline${query}`)).body;
const csv = { "Content-Type": "text/csv" };
const run = async (method: string, path: string, options: Json) => {
  const { jobId } = (await api.house(method, path, options)).body.data;
  await api.work(jobId, tenantId);
  return jobId as string;
};

describe("GET /v1/contacts/:id/timeline", () => {
  it("200: how it began, what jobs changed, who changed the status and why, and its events", async () => {
    const importJob = await run("POST", "/v1/contacts/imports?name=fair.csv", {
      body: "email,source\nann@x.io,fair\n",
      headers: csv,
    });
    const ann = (await api.house("GET", "/v1/contacts?search=ann@x.io")).body.data[0];
    const bulkJob = await run("POST", "/v1/contacts/bulk", {
      json: { ids: [ann.id], change: { action: "unsubscribe" }, name: "June" },
    });
    await run("POST", "/v1/contacts/imports?resubscribe=true&consent=Said%20so", {
      body: "email\nann@x.io\n",
      headers: csv,
    });
    await api.house("PATCH", `/v1/contacts/${ann.id}`, { json: { status: "bounced" } });
    const contactId = fromHouseId(ann.id)!;
    await api.deps.sql`
      insert into events (tenant_id, contact_id, at, id, type, campaign_id)
      values (${tenantId}, ${contactId}, now() - interval '1 hour', gen_random_uuid(), 'opened', 'c-1')`;
    await api.deps.sql`
      insert into campaign_sends (tenant_id, contact_id, campaign_id, campaign_name, first_at)
      values (${tenantId}, ${contactId}, 'c-1', 'Spring', now())`;

    const { data, cursor, hasMore } = await timeline(ann.id);
    const at = expect.any(String);
    expect([cursor, hasMore]).toEqual([null, false]);
    expect(data).toEqual([
      {
        kind: "status_changed",
        at,
        from: "active",
        to: "bounced",
        reason: "explicit",
        consent: null,
        by: { kind: "key", id: expect.any(String) },
      },
      expect.objectContaining({ kind: "status_changed", reason: "resubscribed", consent: "Said so" }),
      { kind: "changed_by_job", at, job: expect.objectContaining({ kind: "import" }) },
      expect.objectContaining({
        kind: "status_changed",
        to: "unsubscribed",
        by: { kind: "job", id: bulkJob },
      }),
      { kind: "changed_by_job", at, job: { id: bulkJob, kind: "bulk", name: "June" } },
      { kind: "created", at, job: { id: importJob, kind: "import", name: "fair.csv" }, source: "fair" },
      { kind: "event", at, type: "opened", bounce: null, campaign: { id: "c-1", name: "Spring" } },
    ]);
    expect(data[0].at >= data[1].at).toBe(true);
  });

  it("200: page by page each entry once, also those of one moment", async () => {
    const { id } = await api.created({ email: "ann@x.io" });
    const contactId = fromHouseId(id)!;
    await api.deps.sql`
      insert into events (tenant_id, contact_id, at, id, type)
      select ${tenantId}, ${contactId}, date_trunc('hour', now()) + (n / 4) * interval '0.4 ms', gen_random_uuid(), 'opened'
      from generate_series(1, 23) n`;
    const all = (await timeline(id)).data;
    expect(all).toHaveLength(24);
    const walked: Json[] = [];
    let page = await timeline(id, "?limit=5");
    for (;;) {
      walked.push(...page.data);
      if (!page.hasMore) break;
      page = await timeline(id, `?limit=5&cursor=${page.cursor}`);
    }
    expect(walked).toEqual(all);
  });

  it("404: of nobody, of another tenant's, of a deleted one", async () => {
    const { id } = await api.created({ email: "ann@x.io" });
    await api.house("DELETE", `/v1/contacts/${id}`);
    const { id: theirs } = await api.created({ email: "bob@x.io" });
    await api.freshTenant();
    for (const named of [id, theirs, "nonsense"]) {
      expect((await api.house("GET", `/v1/contacts/${named}/timeline`)).status).toBe(404);
    }
  });

  it.each(["?cursor=x", "?limit=0", "?kind=event"])("400: %s", async (query) => {
    const { id } = await api.created({ email: "ann@x.io" });
    expect((await api.house("GET", `/v1/contacts/${id}/timeline${query}`)).status).toBe(400);
  });
});
