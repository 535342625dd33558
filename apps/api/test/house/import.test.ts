import { gzipSync } from "node:zlib";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const csv = "email,First Name,Tarif\nann@example.com,Ann,pro\nbob@example.com,Bob,free\n";
const send = (
  body: CallOptions["body"],
  type: string | null,
  query = "",
  headers: Record<string, string> = {},
) =>
  api.call("POST", `/v1/contacts/imports${query}`, {
    body,
    headers: { ...(type !== null && { "Content-Type": type }), ...headers },
  });
const job = async (id: string) => (await api.call("GET", `/v1/jobs/${id}`)).body.data;

async function finished(
  body: CallOptions["body"],
  type: string,
  query = "",
  headers: Record<string, string> = {},
) {
  const reply = await send(body, type, query, headers);
  expect(reply.body).toEqual({ success: true, data: { jobId: expect.any(String), status: "queued" } });
  expect(reply.status).toBe(202);
  await api.work(reply.body.data.jobId);
  return job(reply.body.data.jobId);
}

async function imported(
  body: CallOptions["body"],
  type: string,
  query = "",
  headers: Record<string, string> = {},
) {
  await api.deps.sql`delete from contacts`;
  const { state, counters } = await finished(body, type, query, headers);
  expect([state, counters.created]).toEqual(["completed", 2]);
  const stored = await api.deps.sql`select email from contacts order by email`;
  expect(stored.map(({ email }) => email)).toEqual(["ann@example.com", "bob@example.com"]);
}

const people = [{ email: "ann@example.com" }, { email: "bob@example.com", tags: ["x"] }];

describe("202: the same contacts, however the file is sent", () => {
  it("as CSV", () => imported(csv, "text/csv"));
  it("as CSV with a charset", () => imported(Buffer.from(csv, "utf16le"), "text/csv; charset=utf-16le"));
  it("as tab-separated values", () => imported(csv.replaceAll(",", "\t"), "text/tab-separated-values"));
  it("as NDJSON", () => imported(people.map((p) => JSON.stringify(p)).join("\n"), "application/x-ndjson"));
  it("as a JSON array", () => imported(JSON.stringify(people), "application/json"));
  it("as CSV, gzip", () => imported(gzipSync(csv), "text/csv", "", { "Content-Encoding": "gzip" }));
  it("as NDJSON, gzip", () =>
    imported(gzipSync(people.map((p) => JSON.stringify(p)).join("\n")), "application/x-ndjson", "", {
      "Content-Encoding": "gzip",
    }));
  it("as JSON, gzip", () =>
    imported(gzipSync(JSON.stringify(people)), "application/json", "", { "Content-Encoding": "gzip" }));
  it("as bytes that say nothing of themselves", () => imported(csv, "application/octet-stream"));
  it("under the prefix /mail", async () => {
    const reply = await api.call("POST", "/mail/v1/contacts/imports", {
      body: csv,
      headers: { "Content-Type": "text/csv" },
    });
    expect(reply.status).toBe(202);
    expect((await api.call("GET", `/mail/v1/jobs/${reply.body.data.jobId}`)).status).toBe(200);
  });
  it("as a form's file, with the options before or behind it", async () => {
    for (const optionsFirst of [true, false]) {
      const form = new FormData();
      const options = () => {
        form.append("tags", "fair");
        form.append("map", "Tarif=plan");
      };
      if (optionsFirst) options();
      form.append("file", new Blob([csv]), "people.csv");
      if (!optionsFirst) options();
      await api.deps.sql`delete from contacts`;
      const reply = await api.call("POST", "/v1/contacts/imports", { body: form });
      expect(reply.status).toBe(202);
      await api.work(reply.body.data.jobId);
      expect((await job(reply.body.data.jobId)).name).toBe("people.csv");
      const [ann] = await api.deps.sql`select tags, attributes from contacts where email = 'ann@example.com'`;
      expect(ann).toMatchObject({ tags: ["fair"], attributes: { plan: "pro" } });
    }
  });
});

describe("202: the options of the query", () => {
  it("map, mapping, tags, name and delimiter are obeyed", async () => {
    await api.deps.sql`delete from contacts`;
    const mapping = encodeURIComponent(JSON.stringify({ Tarif: "plan" }));
    const query = `?tags=a,b&tags=c&mapping=${mapping}&map=Who%3Dat=email&name=Spring&delimiter=tab`;
    const view = await finished("Who=at\tTarif\nann@example.com\tpro\n", "text/csv", query);
    expect(view).toMatchObject({ state: "completed", name: "Spring", counters: { created: 1 } });
    const [ann] = await api.deps.sql`select tags, attributes from contacts`;
    expect(ann).toMatchObject({ tags: ["a", "b", "c"], attributes: { plan: "pro" } });
  });

  it("a dry run reports the same and writes nothing", async () => {
    await api.deps.sql`delete from contacts`;
    const view = await finished(csv, "text/csv", "?dryRun=true");
    expect(view).toMatchObject({ dryRun: true, state: "completed", counters: { created: 2 } });
    expect(await api.deps.sql`select from contacts`).toHaveLength(0);
  });

  it("onExisting=skip leaves contacts that are there as they are", async () => {
    await finished(csv, "text/csv");
    const view = await finished(csv.replace("Ann", "Changed"), "text/csv", "?onExisting=skip");
    expect(view.counters).toMatchObject({ skipped: 2, updated: 0 });
  });

  it("resubscribe with a consent brings back who left, and without it nobody", async () => {
    await finished(csv, "text/csv");
    await api.deps.sql`update contacts set status = 'unsubscribed'`;
    const kept = await finished(csv, "text/csv");
    expect(kept.reasons).toEqual({ kept_unsubscribed: 2 });
    await finished(csv, "text/csv", "?resubscribe=true&consent=signed%20anew");
    expect(await api.deps.sql`select from contacts where status = 'active'`).toHaveLength(2);
  });
});

describe("202: an upload that is here already", () => {
  const kept = async (bytes = csv) => {
    const scope = await authenticate(api.deps, api.owner.key);
    const body = (async function* () {
      yield Buffer.from(bytes);
    })();
    const { uploadId } = await receiveUpload(api.deps, scope, body, {
      name: "kept.csv",
      contentType: null,
      limitBytes: null,
    });
    return uploadId;
  };
  const started = async (reply: { status: number; body: { data: { jobId: string } } }) => {
    expect(reply.status).toBe(202);
    await api.work(reply.body.data.jobId);
    expect(await job(reply.body.data.jobId)).toMatchObject({ state: "completed", name: "kept.csv" });
    const [ann] = await api.deps.sql`select tags, attributes from contacts where email = 'ann@example.com'`;
    expect(ann).toEqual({ tags: ["fair"], attributes: { plan: "pro" } });
  };

  it("is named in the query, as a form's field, or in a JSON object with the same options", async () => {
    const path = "/v1/contacts/imports";
    for (const call of [
      (uploadId: string) => api.call("POST", `${path}?uploadId=${uploadId}&map=Tarif%3Dplan&tags=fair`),
      (uploadId: string) => {
        const body = new FormData();
        for (const [field, value] of Object.entries({ uploadId, map: "Tarif=plan", tags: "fair" }))
          body.append(field, value);
        return api.call("POST", path, { body });
      },
      (uploadId: string) =>
        api.call("POST", path, { json: { uploadId, mapping: { Tarif: "plan" }, tags: ["fair"] } }),
    ]) {
      await api.deps.sql`delete from contacts`;
      await started(await call(await kept()));
    }
  });

  it("400 or 404 otherwise: an unknown one, another tenant's, a wrong option, a file beside it", async () => {
    const uploadId = await kept();
    const path = "/v1/contacts/imports";
    const unknown = "0190a000-0000-7000-8000-000000000000";
    const { key } = await api.newKey({ tenant: "stranger" });
    for (const [reply, status, said] of [
      [await api.call("POST", path, { json: { uploadId: unknown } }), 404, "upload"],
      [await api.call("POST", path, { json: { uploadId }, key }), 404, "upload"],
      [await api.call("POST", path, { json: { uploadId, tag: "x" } }), 400, "tag"],
      [await api.call("POST", path, { json: { uploadId, delimiter: "x" } }), 400, "delimiter"],
      [await api.call("POST", path, { json: { mapping: {} } }), 400, "uploadId"],
      [await api.call("POST", `${path}?tags=a`, { json: { uploadId } }), 400, "tags"],
      [await send(' \n{"uploadId":', "application/json"), 400, "JSON"],
      [await send(csv, "text/csv", `?uploadId=${uploadId}`), 400, "not both"],
    ] as const) {
      expect([reply.status, reply.body.error]).toEqual([status, expect.stringContaining(said)]);
    }
    const large = await api.call("POST", path, { json: { uploadId, consent: "x".repeat(300_000) } });
    expect([large.status, large.body.code]).toEqual([413, "body_too_large"]);
  });

  it("a refusal leaves the upload where it is, and a repeat under the same key gets the first answer", async () => {
    const call = (uploadId: string, key: string) =>
      api.call("POST", "/v1/contacts/imports", {
        json: { uploadId, mapping: { Tarif: "plan" }, tags: ["fair"] },
        headers: { "Idempotency-Key": key },
      });
    const uploadId = await kept();
    const first = await call(uploadId, "one");
    await started(first);
    const repeated = await call(uploadId, "one");
    expect([repeated.status, repeated.body]).toEqual([202, first.body]);
    expect(repeated.headers.get("idempotent-replayed")).toBe("true");
    const other = await kept();
    const refused = await call(other, "one");
    expect([refused.status, refused.body.code]).toEqual([409, "idempotency_key_reused"]);
    await started(await call(other, "two"));
  });
});

describe("400", () => {
  it.each([
    ["?onexisting=skip", "onexisting"],
    ["?foo=1", "foo"],
    ["?onExisting=never", "onExisting"],
    ["?dryRun=perhaps", "dryRun"],
    ["?dryRun=true&dryRun=false", "dryRun"],
    ["?resubscribe=true", "consent"],
    ["?consent=yes", "consent"],
    ["?mapping={", "mapping"],
    ["?mapping=[1]", "mapping"],
    ["?map=Header", "map.0"],
    ["?format=xlsx", "format"],
    ["?encoding=ebcdic", "encoding"],
    ["?delimiter=x", "delimiter"],
  ])("the option at fault is named: %s", async (query, field) => {
    const before = await api.deps.sql`select from uploads`;
    const reply = await send(csv, "text/csv", query);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      success: false,
      code: "invalid",
      error: expect.stringContaining(field),
    });
    expect(Object.keys(reply.body.details.fieldErrors)).toEqual([field]);
    expect(await api.deps.sql`select from uploads`).toHaveLength(before.length);
  });

  it("an unknown field of a form, and a file under another name", async () => {
    for (const add of [
      (form: FormData) => form.append("colour", "red"),
      (form: FormData) => form.append("second", new Blob(["x"]), "x.csv"),
    ]) {
      const form = new FormData();
      form.append("file", new Blob([csv]), "people.csv");
      add(form);
      expect((await api.call("POST", "/v1/contacts/imports", { body: form })).status).toBe(400);
    }
  });

  it("an empty body, an empty file, a form without a file", async () => {
    expect((await send("", "text/csv")).body).toMatchObject({ success: false, code: "empty_file" });
    const empty = new FormData();
    empty.append("file", new Blob([]), "people.csv");
    expect((await api.call("POST", "/v1/contacts/imports", { body: empty })).status).toBe(400);
    const none = new FormData();
    none.append("tags", "a");
    const reply = await api.call("POST", "/v1/contacts/imports", { body: none });
    expect([reply.status, reply.body.code]).toEqual([400, "no_file"]);
  });
});

describe("401, 403, 415", () => {
  it("401: no key, and nothing is stored", async () => {
    const before = await api.deps.sql`select from uploads`;
    const reply = await api.call("POST", "/v1/contacts/imports", { key: null, body: csv });
    expect([reply.status, reply.body.code]).toEqual([401, "unauthenticated"]);
    expect(await api.deps.sql`select from uploads`).toHaveLength(before.length);
  });

  it("403: a key that may only read; a tenant that the key may not use", async () => {
    const { key } = await api.newKey({ scopes: ["contacts:read"] });
    const reply = await api.call("POST", "/v1/contacts/imports", {
      key,
      body: csv,
      headers: { "Content-Type": "text/csv" },
    });
    expect([reply.status, reply.body.code]).toEqual([403, "missing_scope"]);
    const elsewhere = await api.call("GET", "/v1/jobs", { key, headers: { "X-Tenant-Id": "nowhere" } });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, "tenant_forbidden"]);
  });

  it("415: a type or an encoding that is not read is named, with what is", async () => {
    for (const [type, headers] of [
      ["application/pdf", {}],
      [null, {}],
      ["text/csv", { "Content-Encoding": "br" }],
    ] as const) {
      const reply = await send(type === null ? Buffer.from(csv) : csv, type, "", headers);
      expect([reply.status, reply.body.code]).toEqual([415, "unsupported_media_type"]);
    }
  });
});
