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
const view = async (id: string) => (await api.call("GET", `/v1/jobs/${id}`)).body.data;
const retry = (id: string, options: Parameters<RunningApi["call"]>[2] = {}) =>
  api.call("POST", `/v1/jobs/${id}/retry`, options);

it("a job that stopped for its failures goes on under its id, and is queued once for an Idempotency-Key", async () => {
  const id = await imported("email\nbad\ngood@x.co\n", "?stopAfterFailures=1");
  expect(await view(id)).toMatchObject({
    state: "failed",
    error: { code: "too_many_failures" },
    retryable: true,
  });
  const options = { json: { stopAfterFailures: null }, headers: { "Idempotency-Key": "again" } };
  const first = await retry(id, options);
  expect([first.status, first.body.data]).toMatchObject([202, { id, state: "queued", error: null }]);
  const second = await retry(id, options);
  expect([second.body, second.headers.get("idempotent-replayed")]).toEqual([first.body, "true"]);
  await api.work(id);
  expect(await view(id)).toMatchObject({
    state: "completed",
    counters: { created: 1, failed: 1 },
    retryable: false,
  });
});

it("409: what has ended well or would fail again; 400, 403, 404 as everywhere", async () => {
  const fine = await imported("email\nfine@x.co\n");
  const hopeless = await imported("colour\nred\n");
  expect(await view(hopeless)).toMatchObject({ state: "failed", retryable: false });
  const reader = await api.newKey({ scopes: ["contacts:read"] });
  const other = await api.newKey({ tenant: "other" });
  for (const [reply, status, code] of [
    [await retry(fine), 409, "job_not_retryable"],
    [await retry(hopeless), 409, "job_not_retryable"],
    [await retry(fine, { json: { stopAfterFailures: 0 } }), 400, "invalid"],
    [await retry(fine, { json: { stopAfter: 1 } }), 400, "invalid"],
    [await retry(fine, { key: reader.key }), 403, "missing_scope"],
    [await retry(fine, { key: other.key }), 404, "not_found"],
  ] as const) {
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  }
});
