import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let ids: Record<string, string>;
let tenants = 0;
let tenant: { key: string; tenantId: string };
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

beforeEach(async () => {
  tenant = await api.newKey({ tenant: `bulk-${++tenants}` });
  const csv = "email,status,tags\nann@x.co,active,vip\nbob@x.co,unsubscribed,old\ncem@x.co,bounced,\n";
  const { body } = await call("POST", "/v1/contacts/imports", {
    body: csv,
    headers: { "Content-Type": "text/csv" },
  });
  await api.work(body.data.jobId, tenant.tenantId);
  const { contacts } = (await call("GET", "/contacts")).body;
  ids = Object.fromEntries(
    contacts.map(({ email, id }: { email: string; id: string }) => [email.slice(0, 3), toHouseId(id)]),
  );
});

const call = (method: string, path: string, options: Parameters<RunningApi["call"]>[2] = {}) =>
  api.call(method, path, { key: tenant.key, ...options });

async function shown() {
  const { contacts } = (await call("GET", "/contacts")).body;
  return Object.fromEntries(
    contacts.map(({ email, subscribed, data }: { email: string; subscribed: boolean; data: object }) => [
      email.slice(0, 3),
      { subscribed, ...data },
    ]),
  );
}

describe("PATCH /v1/contacts/bulk", () => {
  it("200: up to 1,000 ids at once, tags replaced, every counter, and a reason for each that failed", async () => {
    const { status, body } = await call("PATCH", "/v1/contacts/bulk", {
      json: {
        ids: [ids.ann, ids.bob, "con_nobody", ids.ann],
        update: { tags: ["churned"], metadata: { plan: "pro" }, status: "subscribed" },
      },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      created: 0,
      updated: 2,
      unchanged: 0,
      duplicate: 1,
      skipped: 0,
      failed: 1,
      deleted: 0,
      reasons: { kept_unsubscribed: 1 },
      errors: [
        {
          index: 2,
          id: "con_nobody",
          email: null,
          field: "id",
          code: "contact_unknown",
          message: expect.any(String),
        },
      ],
    });
    expect(await shown()).toMatchObject({
      ann: { tags: ["churned"], plan: "pro" },
      bob: { subscribed: false, tags: ["churned"] },
    });
  });

  it("200: brings back with resubscribe and a consent only", async () => {
    const update = { ids: [ids.bob, ids.cem], update: { status: "active" } };
    const refused = await call("PATCH", "/v1/contacts/bulk", { json: { ...update, resubscribe: true } });
    expect(refused.body).toMatchObject({ success: false, code: "invalid" });
    const { body } = await call("PATCH", "/v1/contacts/bulk", {
      json: { ...update, resubscribe: true, consent: "They signed again." },
    });
    expect(body).toMatchObject({ updated: 2, reasons: {} });
    expect(await shown()).toMatchObject({ bob: { subscribed: true }, cem: { subscribed: true } });
  });

  it("200: resubscribe and the consent may stand in the query", async () => {
    const json = { ids: [ids.bob], update: { status: "subscribed" } };
    const { body } = await call("PATCH", "/v1/contacts/bulk?resubscribe=true&consent=Signed%20again", {
      json,
    });
    expect(body).toMatchObject({ updated: 1, reasons: {} });
    const refused = await call("PATCH", "/v1/contacts/bulk?resubscribe=true", { json });
    expect([refused.status, refused.body.code]).toEqual([400, "invalid"]);
  });

  it("202: more than 1,000 ids become a job", async () => {
    const many = [...Object.values(ids), ...Array.from({ length: 998 }, (_, n) => `con_${n}`)];
    const { status, body } = await call("PATCH", "/v1/contacts/bulk", {
      json: { ids: many, update: { customFields: { plan: "pro" } } },
    });
    expect([status, body]).toMatchObject([202, { success: true, data: { status: "queued" } }]);
    await api.work(body.data.jobId, tenant.tenantId);
    const job = (await call("GET", `/v1/jobs/${body.data.jobId}`)).body.data;
    expect(job).toMatchObject({
      kind: "bulk",
      change: "update",
      state: "completed",
      total: 1001,
      undoable: true,
      counters: { updated: 3, failed: 998 },
    });
    const errors = (await call("GET", `/v1/jobs/${job.id}/errors?limit=1`)).body;
    expect(errors).toMatchObject({ hasMore: true, data: [{ row: 4, id: "con_0", code: "contact_unknown" }] });
    const csv = (await call("GET", `/v1/jobs/${job.id}/errors.csv`)).text;
    expect(csv).toContain("con_997");
  });

  it("202: a filter is always a job", async () => {
    const { status, body } = await call("PATCH", "/v1/contacts/bulk", {
      json: { filter: { tags: ["vip"] }, update: { firstName: "V" } },
    });
    expect(status).toBe(202);
    await api.work(body.data.jobId, tenant.tenantId);
    expect(await shown()).toMatchObject({ ann: { firstName: "V" }, bob: { tags: ["old"] } });
  });

  it.each([
    [{}, "update"],
    [{ update: { tags: [] } }, null],
    [{ ids: [], update: { tags: [] } }, "ids"],
    [{ ids: ["x"], filter: {}, update: { tags: [] } }, null],
    [{ ids: ["x"], update: {} }, "update"],
    [{ ids: ["x"], update: { email: "a@x.co" } }, "update.email"],
    [{ ids: ["x"], update: { metadata: { phone: "1" } } }, "update.metadata.phone"],
    [{ ids: ["x"], update: { status: "gone" } }, "update.status"],
    [{ ids: ["x"], update: { tags: [] }, excludeIds: ["y"] }, "excludeIds"],
    [{ filter: { state: "active" }, update: { tags: [] } }, "filter.state"],
    [{ filter: { search: "a\0b" }, update: { tags: [] } }, "filter.search"],
    [{ ids: Array.from({ length: 10_001 }, () => "x"), update: { tags: [] } }, "ids"],
    [{ ids: ["x"], update: { tags: [] }, name: "a\0b" }, "name"],
  ])("400: %j", async (json, field) => {
    const reply = await call("PATCH", "/v1/contacts/bulk", { json });
    expect([reply.status, reply.body.code]).toEqual([400, "invalid"]);
    if (field !== null) expect(Object.keys(reply.body.details.fieldErrors)).toContain(field);
  });
});

describe("DELETE /v1/contacts/bulk", () => {
  it("200: deletes by ids, whatever update says", async () => {
    const { status, body } = await call("DELETE", "/v1/contacts/bulk", {
      json: { ids: [ids.ann, ids.bob], update: { nonsense: 1 } },
    });
    expect([status, body]).toMatchObject([200, { success: true, deleted: 2, failed: 0 }]);
    expect(Object.keys(await shown())).toEqual(["cem"]);
  });

  it("202: deletes by filter, and that is not to be undone", async () => {
    const { body } = await call("DELETE", "/v1/contacts/bulk", { json: { filter: { status: ["bounced"] } } });
    await api.work(body.data.jobId, tenant.tenantId);
    expect(Object.keys(await shown()).sort()).toEqual(["ann", "bob"]);
    const undo = await call("POST", `/v1/jobs/${body.data.jobId}/undo`);
    expect([undo.status, undo.body.code]).toEqual([409, "job_not_undoable"]);
  });

  it("400: without a body nobody is deleted", async () => {
    expect((await call("DELETE", "/v1/contacts/bulk")).status).toBe(400);
    expect(Object.keys(await shown())).toHaveLength(3);
  });
});

describe("POST /v1/contacts/bulk", () => {
  it.each([
    [{ action: "subscribe" }, { bob: { subscribed: true }, cem: { subscribed: false } }],
    [{ action: "unsubscribe" }, { ann: { subscribed: false } }],
    [{ action: "add_tags", tags: ["new"] }, { ann: { tags: ["vip", "new"] } }],
    [{ action: "remove_tags", tags: ["vip"] }, { bob: { tags: ["old"] } }],
    [{ action: "update", patch: { attributes: { plan: "pro" } } }, { cem: { plan: "pro" } }],
  ])("202: %j", async (change, expected) => {
    const { status, body } = await call("POST", "/v1/contacts/bulk", {
      json: { filter: {}, change, name: "June" },
    });
    expect(status).toBe(202);
    await api.work(body.data.jobId, tenant.tenantId);
    expect(await shown()).toMatchObject(expected);
    expect((await call("GET", `/v1/jobs/${body.data.jobId}`)).body.data).toMatchObject({ name: "June" });
  });

  it("202: a repeat with the same Idempotency-Key starts no second job", async () => {
    const request = {
      json: { ids: [ids.ann], change: { action: "unsubscribe" } },
      headers: { "Idempotency-Key": "once" },
    };
    const first = await call("POST", "/v1/contacts/bulk", request);
    const again = await call("POST", "/v1/contacts/bulk", request);
    expect(again.body).toEqual(first.body);
    expect((await call("GET", "/v1/jobs?kind=bulk")).body.data).toHaveLength(1);
  });

  it("403 for a key that may only read, 401 without one", async () => {
    const json = { ids: [ids.ann], change: { action: "unsubscribe" } };
    const { key } = await api.newKey({ tenant: `bulk-${tenants}`, scopes: ["contacts:read"] });
    for (const method of ["POST", "PATCH", "DELETE"]) {
      const body = method === "POST" ? json : { ids: [ids.ann], update: { tags: ["x"] } };
      expect((await call(method, "/v1/contacts/bulk", { json: body, key })).status).toBe(403);
      expect((await call(method, "/v1/contacts/bulk", { json: body, key: null })).status).toBe(401);
    }
    expect(await shown()).toMatchObject({ ann: { subscribed: true, tags: ["vip"] } });
  });
});
