import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
  tenantId = await api.freshTenant();
});
afterAll(() => api?.close());

const path = "/v1/contacts/duplicates";

it("202 for a search, then 200 with its groups and the contacts as they are now", async () => {
  const first = await api.created({ email: "ann.b@gmail.com" });
  const second = await api.created({ email: "annb+x@gmail.com" });
  const started = await api.house("POST", `${path}/run`);
  expect([started.status, started.body.data.status]).toEqual([202, "queued"]);
  const { jobId } = started.body.data;
  const waiting = (await api.house("GET", path)).body;
  expect([waiting.data, waiting.run, waiting.runningJobId]).toEqual([[], null, jobId]);
  await api.work(jobId, tenantId);
  const job = (await api.house("GET", `/v1/jobs/${jobId}`)).body.data;
  expect(job).toMatchObject({ kind: "duplicates", state: "completed", processed: 2, total: 2 });
  expect((await api.house("GET", path)).body).toEqual({
    success: true,
    data: [{ evidence: "email", key: "annb@gmail.com", size: 2, contacts: [first, second] }],
    cursor: null,
    hasMore: false,
    run: { id: jobId, finishedAt: expect.any(String), contacts: 2, groups: 1 },
    runningJobId: null,
  });
  expect((await api.house("GET", `${path}?evidence=phone`)).body.data).toEqual([]);
});

it.each([
  ["GET", "?evidence=name", undefined, "evidence"],
  ["GET", "?limit=0", undefined, "limit"],
  ["GET", "?cursor=x", undefined, "cursor"],
  ["GET", "?sort=size", undefined, "sort"],
  ["POST", "/run", { fields: ["email"] }, "fields"],
] as [string, string, Json | undefined, string][])("400: %s %s %j", async (method, end, json, field) => {
  const { status, body } = await api.house(method, path + end, json === undefined ? {} : { json });
  expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, [field]]);
});
