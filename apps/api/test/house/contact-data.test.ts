import { fromHouseId } from "@roster/domain/contacts/house-id.ts";
import { tablesOfContacts } from "@roster/store/history/contact-data.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

const data = (id: string) => api.house("GET", `/v1/contacts/${id}/data`);
const csv = { "Content-Type": "text/csv" };

/** Of whom was deleted, no table that belongs to contacts has a row. */
async function expectNothingLeft(houseId: string) {
  const { sql } = api.deps;
  for (const table of await tablesOfContacts(sql)) {
    const left = await sql`select from ${sql(table)} where contact_id = ${fromHouseId(houseId)}`;
    expect([table, left.count]).toEqual([table, 0]);
  }
}

describe("GET /v1/contacts/:id/data", () => {
  it("200: profile, history, engagement, events, lists, undo data, and where copies of the address are", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const { jobId } = (
      await api.house("POST", "/v1/contacts/imports?name=fair.csv", {
        body: "email,firstName,status\nann@x.io,Ann,bounced\nANN@x.io no address,,\n",
        headers: csv,
      })
    ).body.data;
    await api.work(jobId, tenantId);
    await api.house("POST", "/v1/contacts?upsert=true", {
      json: { email: "ann@x.io" },
      headers: { "Idempotency-Key": "k-1" },
    });
    await api.house("POST", "/v1/suppressions", { json: { email: "ann@x.io" } });
    const event = { type: "opened", email: "ann@x.io", campaignId: "c-1", campaignName: "Spring" };
    await api.house("POST", "/v1/events", { json: { events: [event] } });
    const list = (await api.house("POST", "/v1/lists", { json: { name: "VIP" } })).body.data;
    await api.house("POST", `/v1/lists/${list.id}/contacts`, { json: { emails: ["ann@x.io"] } });
    await api.created({ email: "bob@x.io" });

    const { status, body } = await data(ann.id);
    expect([status, body.data.contact]).toEqual([
      200,
      (await api.house("GET", `/v1/contacts/${ann.id}`)).body.data,
    ]);
    const { suppression, records, copies } = body.data;
    expect(suppression).toMatchObject({ status: "bounced", reason: "added" });
    expect(records).toMatchObject({
      statusChanges: [{ toStatus: "bounced", reason: "explicit", sourceId: jobId }],
      contactBefore: [{ jobId, before: expect.stringContaining("ann@x.io") }],
      engagement: [{ opened: 1 }],
      campaignSends: [{ campaignName: "Spring" }],
      events: [{ type: "opened" }],
      listMembers: [{ listId: list.id }],
    });
    expect(copies).toEqual({
      failedRows: [{ jobId, row: 3 }],
      answers: ["k-1"],
      files: [
        {
          uploadId: expect.any(String),
          name: "fair.csv",
          receivedAt: expect.any(String),
          jobId,
          looked: true,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain("bob");

    await api.house("DELETE", `/v1/contacts/${ann.id}`);
    await expectNothingLeft(ann.id);
  });

  it("has every table that belongs to contacts", async () => {
    expect(await tablesOfContacts(api.deps.sql)).toEqual(
      expect.arrayContaining([
        ...["campaign_sends", "contact_before", "engagement", "events"],
        ...["health_findings", "list_members", "list_removals", "status_changes"],
      ]),
    );
  });

  it("404: of nobody, and of another tenant's", async () => {
    const { id } = await api.created({ email: "ann@x.io" });
    await api.freshTenant();
    for (const named of [id, "nonsense"]) expect((await data(named)).status).toBe(404);
  });
});
