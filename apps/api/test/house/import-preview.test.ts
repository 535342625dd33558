import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const path = "/v1/contacts/imports";
const csv = "E-Mail;Tarif\nann@example.com;pro\nbob;free\n";
const preview = (body: CallOptions["body"], query = "", type = "text/csv") =>
  api.call("POST", `${path}/preview${query}`, { body, headers: { "Content-Type": type } });

describe("POST /v1/contacts/imports/preview", () => {
  it("200: how the file is read, what each column becomes and why, the first rows, what is wrong in them", async () => {
    const { status, body } = await preview(csv, "?tags=fair&default=source%3Dfair%3D1");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      data: {
        uploadId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        shape: {
          format: "csv",
          encoding: "utf-8",
          delimiter: ";",
          gzip: false,
          headers: ["E-Mail", "Tarif"],
        },
        columns: [
          { header: "E-Mail", field: "email", by: "header", reason: expect.stringMatching(/email/) },
          { header: "Tarif", attribute: "Tarif", by: "attribute", samples: ["pro", "free"] },
        ],
        rows: [
          {
            row: 2,
            contact: {
              email: "ann@example.com",
              tags: ["fair"],
              source: "fair=1",
              attributes: { Tarif: "pro" },
            },
            problem: null,
          },
          { row: 3, contact: null, problem: { code: "email_invalid", field: "email", value: "bob" } },
        ],
        problems: { counts: { email_invalid: 1 }, rows: [{ row: 3 }] },
        rowsRead: 2,
        complete: true,
        error: null,
      },
    });
  });

  it("nothing is written and no job is made; the upload is previewed again and imported by its id, as it was shown", async () => {
    const form = new FormData();
    form.append("file", new Blob([csv]), "people.csv");
    const first = (await api.call("POST", `${path}/preview`, { body: form })).body.data;
    expect(await api.deps.sql`select from contacts`).toHaveLength(0);
    expect(await api.deps.sql`select from jobs`).toHaveLength(0);

    const { uploadId } = first;
    const choices = { uploadId, mapping: { Tarif: "plan" }, defaults: { source: "fair" }, tags: ["fair"] };
    const again = await api.call("POST", `${path}/preview`, { json: choices });
    expect(again.body.data).toMatchObject({
      uploadId,
      columns: [{ field: "email" }, { attribute: "plan", by: "caller" }],
    });
    const started = await api.call("POST", path, { json: choices });
    await api.work(started.body.data.jobId);
    const job = (await api.call("GET", `/v1/jobs/${started.body.data.jobId}`)).body.data;
    expect(job).toMatchObject({
      state: "completed",
      name: "people.csv",
      counters: { created: 1, failed: 1 },
    });
    const stored = await api.deps.sql`select email, source, tags, attributes from contacts`;
    expect(stored).toEqual([
      { email: "ann@example.com", source: "fair", tags: ["fair"], attributes: { plan: "pro" } },
    ]);
    expect(again.body.data.rows[0].contact).toEqual(stored[0]);
  });

  it("200: a file without an email column is shown with what is to be mended, and is no refusal", async () => {
    const { status, body } = await preview("colour,size\nred,4\n");
    expect([status, body.data.error.code, body.data.rows]).toEqual([200, "no_email_column", []]);
    expect(body.data.columns).toHaveLength(2);
  });

  it("400, 403, 404, 415: as the import itself refuses", async () => {
    const reader = await api.newKey({ scopes: ["contacts:read"] });
    const unknown = "0190a000-0000-7000-8000-000000000000";
    for (const [reply, status, code] of [
      [await preview(csv, "?foo=1"), 400, "invalid"],
      [await preview("", ""), 400, "empty_file"],
      [await preview(Buffer.from("PK\x03\x04\0\0\0\0\0\0"), ""), 400, "not_text"],
      [await preview(csv, "", "application/pdf"), 415, "unsupported_media_type"],
      [await api.call("POST", `${path}/preview`, { json: { uploadId: unknown } }), 404, "not_found"],
      [
        await api.call("POST", `${path}/preview`, {
          key: reader.key,
          body: csv,
          headers: { "Content-Type": "text/csv" },
        }),
        403,
        "missing_scope",
      ],
    ] as const) {
      expect([reply.status, reply.body.code]).toEqual([status, code]);
    }
  });
});

describe("what an import may be told", () => {
  async function imported(file: string, query: string) {
    const reply = await api.call("POST", `${path}?${query}`, {
      body: file,
      headers: { "Content-Type": "text/csv" },
    });
    expect(reply.status).toBe(202);
    await api.work(reply.body.data.jobId);
    return (await api.call("GET", `/v1/jobs/${reply.body.data.jobId}`)).body.data;
  }

  it("defaults fill what the rows leave empty, given as JSON or one by one", async () => {
    const defaults = encodeURIComponent(JSON.stringify({ plan: "free", source: "web" }));
    await imported("email,plan\nd1@x.co,\nd2@x.co,pro\n", `defaults=${defaults}&default=source%3Dfair`);
    const stored = await api.deps.sql`
      select email, source, attributes from contacts where email like 'd_@x.co' order by email`;
    expect(stored).toEqual([
      { email: "d1@x.co", source: "fair", attributes: { plan: "free" } },
      { email: "d2@x.co", source: "fair", attributes: { plan: "pro" } },
    ]);
  });

  it.each([
    ["default=plan", "default.0"],
    ["default=email%3Da%40x.co", "defaults.email"],
    ["stopAfterFailures=0", "stopAfterFailures"],
    ["stopAfterFailures=few", "stopAfterFailures"],
    ["target=lists", "target"],
    ["target=suppressions&tags=a", "tags"],
  ])("400: %s names the option at fault", async (query, field) => {
    const reply = await api.call("POST", `${path}?${query}`, {
      body: csv,
      headers: { "Content-Type": "text/csv" },
    });
    expect([reply.status, Object.keys(reply.body.details.fieldErrors)]).toEqual([400, [field]]);
  });
});
