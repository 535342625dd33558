import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

function form(
  content: string | Uint8Array<ArrayBuffer>,
  { name = "people.csv", type = "text/csv", field = "file" } = {},
) {
  const data = new FormData();
  data.append(field, new Blob([content], { type }), name);
  return data;
}

const send = (body: FormData) => api.call("POST", "/contacts/import", { body });
const status = (jobId: string) => api.call("GET", `/contacts/import/${jobId}`);

it("202: a CSV is queued, imported, and its report adds up", async () => {
  await api.call("POST", "/contacts", { json: { email: "old@example.com", subscribed: false } });
  const csv =
    "Email,firstName,plan,subscribed\na@example.com,Ann,pro,\nold@example.com,Olga,,yes\nbad,,,\nA@example.com,,free,maybe\n";
  const queued = await send(form(csv));
  expect(queued.status).toBe(202);
  expect(queued.body).toEqual({ message: expect.any(String), jobId: expect.any(String) });
  const { jobId } = queued.body;
  expect((await status(jobId)).body).toEqual({
    id: jobId,
    state: "waiting",
    progress: 0,
    data: {},
    failedReason: null,
    result: null,
  });

  await api.work(jobId);
  expect((await status(jobId)).body).toEqual({
    id: jobId,
    state: "completed",
    progress: 100,
    data: {},
    failedReason: null,
    result: {
      totalRows: 4,
      successCount: 2,
      createdCount: 1,
      updatedCount: 1,
      failureCount: 2,
      errors: [
        { row: 4, email: "bad", error: expect.any(String) },
        { row: 5, email: expect.stringMatching(/^a@example.com$/i), error: expect.any(String) },
      ],
    },
  });
  const [old] = (await api.call("GET", "/contacts?email=old@")).body.contacts;
  expect(old).toMatchObject({ subscribed: false, data: { firstName: "Olga" } });
});

it("202: a CSV without an email column fails with a reason that lists its headers", async () => {
  const { jobId } = (await send(form("Name;City\nAnn;Bonn\n"))).body;
  await api.work(jobId);
  const { body } = await status(jobId);
  expect(body).toMatchObject({ state: "failed", result: null });
  expect(body.failedReason).toContain("City");
});

it("202: the first 100 failed rows are shown", async () => {
  const { jobId } = (await send(form(`email\n${"nonsense\n".repeat(130)}`))).body;
  await api.work(jobId);
  const { result } = (await status(jobId)).body;
  expect(result.failureCount).toBe(130);
  expect(result.errors).toHaveLength(100);
  expect(result.errors[0].row).toBe(2);
});

it("202: 5 MB exactly are taken, 413: one byte more leaves nothing behind", async () => {
  const limit = 5 * 1024 * 1024;
  const csv = `email\nfull@example.com\n${"\n".repeat(limit)}`;
  expect((await send(form(csv.slice(0, limit)))).status).toBe(202);
  const before = await api.deps.sql`select id from uploads`;
  const reply = await send(form(csv.slice(0, limit + 1)));
  expect([reply.status, reply.body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  expect(await api.deps.sql`select id from uploads`).toHaveLength(before.length);
});

it("413: a file far above the limit is answered, not cut off", async () => {
  const reply = await send(form(new Uint8Array(40 * 1024 * 1024)));
  expect(reply.status).toBe(413);
});

it("422: no file, no form, no CSV, two files, an empty file", async () => {
  const none = new FormData();
  none.append("other", "x");
  const two = form("email\n");
  two.append("file", new Blob(["email\n"], { type: "text/csv" }), "b.csv");
  for (const body of [
    none,
    two,
    form("email\n", { field: "upload" }),
    form("x", { name: "a.xlsx", type: "application/vnd.ms-excel" }),
    form(""),
  ]) {
    const reply = await send(body);
    expect(reply.status).toBe(422);
    expect(reply.body.error).toMatchObject({ code: "VALIDATION_ERROR", errors: [{ field: "file" }] });
  }
  expect((await api.call("POST", "/contacts/import", { json: { a: 1 } })).status).toBe(422);
  const broken = { "Content-Type": "multipart/form-data; boundary=x" };
  const cut = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\n';
  expect((await api.call("POST", "/contacts/import", { body: cut, headers: broken })).status).toBe(422);
  expect((await api.call("POST", "/contacts/import", { body: "", headers: broken })).status).toBe(422);
});

it("401: a file without a key is not stored", async () => {
  const before = await api.deps.sql`select id from uploads`;
  const reply = await api.call("POST", "/contacts/import", { body: form("email\n"), key: null });
  expect(reply.status).toBe(401);
  expect(await api.deps.sql`select id from uploads`).toHaveLength(before.length);
});

it("404: a job that is not there, or belongs to another tenant", async () => {
  const { jobId } = (await send(form("email\n"))).body;
  const other = await api.newKey({ tenant: "other" });
  expect((await api.call("GET", `/contacts/import/${jobId}`, { key: other.key })).status).toBe(404);
  expect((await status("nonsense")).body.error.code).toBe("RESOURCE_NOT_FOUND");
});
