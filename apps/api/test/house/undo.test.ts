import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function imported(csv: string, query = ""): Promise<string> {
  const reply = await api.call("POST", `/v1/contacts/imports${query}`, {
    body: csv,
    headers: { "Content-Type": "text/csv" },
  });
  await api.work(reply.body.data.jobId);
  return reply.body.data.jobId;
}
const names = () => api.deps.sql`select email, first_name from contacts order by email`;

it("an import's undo is forecast, then done as a job with a report of its own, once", async () => {
  await imported("email,firstName\nold@x.co,Old\nsince@x.co,Old\n");
  const id = await imported("email,firstName\nold@x.co,New\nsince@x.co,New\nborn@x.co,Born\n");
  expect((await api.call("GET", `/v1/jobs/${id}`)).body.data).toMatchObject({
    undoable: true,
    undoneBy: null,
  });
  await api.deps
    .sql`update contacts set first_name = 'Since', version = version + 1 where email = 'since@x.co'`;

  const preview = await api.call("GET", `/v1/jobs/${id}/undo-preview`);
  expect([preview.status, preview.body]).toEqual([
    200,
    { success: true, data: { deletes: 1, reverts: 1, changedSince: 1 } },
  ]);
  expect(await names()).toHaveLength(3);

  const undo = await api.call("POST", `/v1/jobs/${id}/undo`);
  expect([undo.status, undo.body]).toEqual([
    202,
    { success: true, data: { jobId: expect.any(String), status: "queued" } },
  ]);
  const { jobId } = undo.body.data;
  await api.work(jobId);
  expect((await api.call("GET", `/v1/jobs/${jobId}`)).body.data).toMatchObject({
    kind: "undo",
    state: "completed",
    counters: { deleted: 1, updated: 1, skipped: 1 },
    undoable: false,
  });
  expect(await names()).toEqual([
    { email: "old@x.co", firstName: "Old" },
    { email: "since@x.co", firstName: "Since" },
  ]);
  const left = await api.call("GET", `/v1/jobs/${jobId}/errors`);
  expect(left.body.data).toMatchObject([{ email: "since@x.co", code: "changed_since" }]);
  expect((await api.call("GET", `/v1/jobs/${jobId}/errors.csv`)).text).toMatch(
    /^contact,roster_error\r\nsince@x\.co,[^,]+\r\n$/,
  );

  for (const [method, path] of [
    ["POST", "undo"],
    ["GET", "undo-preview"],
  ] as const) {
    const again = await api.call(method, `/v1/jobs/${id}/${path}`);
    expect([again.status, again.body.code]).toEqual([409, "job_not_undoable"]);
    expect(again.body.error).toContain(jobId);
  }
  expect((await api.call("GET", `/v1/jobs/${id}`)).body.data).toMatchObject({
    undoable: false,
    undoneBy: jobId,
  });
  const undos = await api.call("GET", "/v1/jobs?kind=undo");
  expect(undos.body.data.map((job: { id: string }) => job.id)).toEqual([jobId]);
});

it("a dry run, another tenant's job and a key that may only read cannot undo", async () => {
  const dry = await imported("email\ndry@x.co\n", "?dryRun=true");
  expect((await api.call("POST", `/v1/jobs/${dry}/undo`)).body.code).toBe("job_not_undoable");
  const id = await imported("email\nreal@x.co\n");
  const other = await api.newKey({ tenant: "other" });
  const reader = await api.newKey({ scopes: ["contacts:read"] });
  for (const [key, method, path, status, code] of [
    [other.key, "POST", "undo", 404, "not_found"],
    [other.key, "GET", "undo-preview", 404, "not_found"],
    [reader.key, "POST", "undo", 403, "missing_scope"],
  ] as const) {
    const reply = await api.call(method, `/v1/jobs/${id}/${path}`, { key });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  }
  expect((await api.call("GET", `/v1/jobs/${id}/undo-preview`, { key: reader.key })).status).toBe(200);
});
