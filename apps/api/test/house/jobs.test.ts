import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let failed: string;
beforeAll(async () => {
  api = await startApi();
  failed = await queue('email,note\nbad,first\ngood@example.com,\nworse,"a ""b"",c"\n');
  await api.work(failed);
});
afterAll(() => api.close());

async function queue(csv: string): Promise<string> {
  const reply = await api.call("POST", "/v1/contacts/imports", {
    body: csv,
    headers: { "Content-Type": "text/csv" },
  });
  return reply.body.data.jobId;
}

describe("GET /v1/jobs/:id", () => {
  it("200: every documented field, and counters that add up", async () => {
    const { status, body } = await api.call("GET", `/v1/jobs/${failed}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      data: {
        id: failed,
        kind: "import",
        state: "completed",
        progress: 100,
        processed: 3,
        total: 3,
        counters: { created: 1, updated: 0, unchanged: 0, duplicate: 0, skipped: 0, failed: 2, deleted: 0 },
        reasons: {},
        error: null,
        createdAt: expect.stringMatching(/Z$/),
        startedAt: expect.stringMatching(/Z$/),
        finishedAt: expect.stringMatching(/Z$/),
      },
    });
  });

  it("404: an unknown id, no id, another tenant's job", async () => {
    const other = await api.newKey({ tenant: "other" });
    for (const [id, key] of [
      ["0190a000-0000-7000-8000-000000000000", undefined],
      ["nonsense", undefined],
      [failed, other.key],
    ] as const) {
      for (const path of ["", "/errors", "/errors.csv"]) {
        const reply = await api.call("GET", `/v1/jobs/${id}${path}`, key === undefined ? {} : { key });
        expect([reply.status, reply.body]).toMatchObject([404, { success: false, code: "not_found" }]);
      }
    }
  });

  it("200: an admin key reads another tenant of its account by X-Tenant-Id", async () => {
    await api.newKey({ tenant: "second" });
    const reply = await api.call("GET", "/v1/jobs", { headers: { "X-Tenant-Id": "second" } });
    expect([reply.status, reply.body.data]).toEqual([200, []]);
  });
});

describe("GET /v1/jobs/:id/errors", () => {
  it("200: pages through every failed row, with field, value and reason", async () => {
    const first = (await api.call("GET", `/v1/jobs/${failed}/errors?limit=1`)).body;
    expect(first).toMatchObject({
      success: true,
      hasMore: true,
      data: [{ row: 2, field: "email", value: "bad" }],
    });
    expect(first.data[0].message).toMatch(/@/);
    const second = (await api.call("GET", `/v1/jobs/${failed}/errors?limit=1&cursor=${first.cursor}`)).body;
    expect(second).toMatchObject({ hasMore: false, cursor: null, data: [{ row: 4 }] });
  });

  it("200: as CSV, the original cells and the reason, for download", async () => {
    const { status, headers, text } = await api.call("GET", `/v1/jobs/${failed}/errors.csv`);
    expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(headers.get("content-disposition")).toBe(`attachment; filename=job-${failed}-errors.csv`);
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe("email,note,roster_error");
    expect(lines[1]).toMatch(/^bad,first,./);
    expect(lines[2]).toMatch(/^worse,"a ""b"",c",./);
  });

  it.each(["limit=0", "cursor=x", "page=2"])("400: %s", async (query) => {
    expect((await api.call("GET", `/v1/jobs/${failed}/errors?${query}`)).status).toBe(400);
  });
});

describe("POST /v1/jobs/:id/cancel and GET /v1/jobs", () => {
  it("200: a queued job is cancelled, and 409 when it has ended", async () => {
    const id = await queue("email\nc@example.com\n");
    const reply = await api.call("POST", `/v1/jobs/${id}/cancel`);
    expect([reply.status, reply.body.data.state]).toEqual([200, "cancelled"]);
    const again = await api.call("POST", `/v1/jobs/${id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, "job_not_cancellable"]);
    expect((await api.call("GET", `/contacts/import/${id}`)).body).toMatchObject({
      state: "failed",
      result: null,
    });
  });

  it("200: lists jobs, newest first, page by page", async () => {
    const id = await queue("email\n");
    const first = (await api.call("GET", "/v1/jobs?limit=1&kind=import")).body;
    expect(first).toMatchObject({ success: true, hasMore: true, data: [{ id }] });
    const rest = (await api.call("GET", `/v1/jobs?cursor=${first.cursor}`)).body;
    expect(rest.data.map((job: { id: string }) => job.id)).not.toContain(id);
    expect(rest.data.at(-1).id).toBe(failed);
  });
});

it("404: an unknown path is answered in the envelope, whatever it is", async () => {
  for (const path of ["/v1/nothing", "/mail/v1/nothing", "/", "/nowhere", "/v1/jobs/1/nothing"]) {
    const reply = await api.call("GET", path);
    expect([reply.status, reply.body]).toMatchObject([404, { success: false, code: "no_such_route" }]);
  }
});
