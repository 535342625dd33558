import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  isNonJsonSerializable,
  splitLink,
  TRPCClientError,
} from "@trpc/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AppRouter } from "../../src/trpc/router.ts";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

function clientOf(key: string) {
  const options = { url: `${api.url}/trpc`, headers: { Authorization: `Bearer ${key}` } };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ input }) => isNonJsonSerializable(input),
        true: httpLink(options),
        false: httpBatchLink(options),
      }),
    ],
  });
}

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new Error("the call was not refused");
  const { httpStatus, refusal: code, details } = error.data;
  return { httpStatus, code, details, message: error.message };
}

it("a contact is created, read, listed, changed and deleted, with times as ISO texts", async () => {
  const { contacts } = clientOf(api.owner.key);
  const made = await contacts.upsert.mutate({
    email: "Ann@Example.com",
    firstName: "Ann",
    attributes: { n: [1] },
  });
  expect(made).toMatchObject({
    isNew: true,
    changed: true,
    contact: { email: "ann@example.com", attributes: { n: [1] } },
  });
  const { id } = made.contact;
  expect(await contacts.get.query({ id })).toEqual(made.contact);
  expect(new Date(made.contact.createdAt).toISOString()).toBe(made.contact.createdAt);
  expect(await contacts.list.query({ search: "ann@" })).toMatchObject({
    total: 1,
    hasMore: false,
    contacts: [{ id }],
  });
  const changed = await contacts.update.mutate({
    id,
    firstName: null,
    tags: ["a", " a "],
    status: "unsubscribed",
  });
  expect(changed).toMatchObject({ firstName: null, tags: ["a"], status: "unsubscribed" });
  expect(await contacts.upsert.mutate({ email: "ann@example.com" })).toMatchObject({
    isNew: false,
    changed: false,
  });
  expect(await contacts.delete.mutate({ id })).toEqual({ id, erasureId: null });
  expect(await refusal(contacts.get.query({ id }))).toMatchObject({ httpStatus: 404, code: "not_found" });
});

it("a refusal has its code, its HTTP status, and the fields at fault", async () => {
  const { contacts, imports } = clientOf(api.owner.key);
  await contacts.upsert.mutate({ email: "there@example.com" });
  const twice = contacts.create.mutate({ email: "there@example.com" });
  expect(await refusal(twice)).toMatchObject({ httpStatus: 409, code: "contact_exists" });
  const bad = contacts.upsert.mutate({ email: "nonsense", phone: "1".repeat(65) });
  expect(await refusal(bad)).toMatchObject({
    httpStatus: 400,
    code: "invalid",
    details: { issues: [{ field: "email" }, { field: "phone" }] },
  });
  const unknown = contacts.upsert.mutate({ email: "a@example.com", fristName: "Ann" } as { email: string });
  expect(await refusal(unknown)).toMatchObject({
    code: "invalid",
    details: { issues: [{ field: "fristName" }] },
  });
  const nothing = imports.start.mutate({ uploadId: "0190a000-0000-7000-8000-000000000000" });
  expect(await refusal(nothing)).toMatchObject({ httpStatus: 404, code: "not_found" });
});

it("401 without a valid key, 403 without the scope, and a batch authenticates once", async () => {
  expect(await refusal(clientOf("sk_wrong").contacts.list.query({}))).toMatchObject({
    httpStatus: 401,
    code: "unauthenticated",
  });
  const { key } = await api.newKey({ scopes: ["contacts:read"] });
  const { contacts } = clientOf(key);
  expect(await refusal(contacts.upsert.mutate({ email: "a@example.com" }))).toMatchObject({
    httpStatus: 403,
    code: "missing_scope",
  });
  const pages = await Promise.all([contacts.list.query({ limit: 1 }), contacts.list.query({ limit: 2 })]);
  expect(pages).toHaveLength(2);
});

it("413: a JSON body above 1 MB is not taken in", async () => {
  const { contacts } = clientOf(api.owner.key);
  const call = contacts.upsert.mutate({ email: "a@example.com", name: "x".repeat(2_000_000) });
  expect((await refusal(call)).httpStatus).toBe(413);
});

it("a file is uploaded as a stream and imported with options, and its failed rows can be read", async () => {
  const { imports, jobs } = clientOf(api.owner.key);
  const file = new Blob(["email;Tarif\nnew@example.com;pro\nbad;\n"]);
  const { uploadId, bytes } = await imports.upload.mutate(file);
  expect(bytes).toBe(file.size);
  const { jobId } = await imports.start.mutate({
    uploadId,
    name: "people.csv",
    policy: { tags: ["fair"], mapping: { Tarif: "plan" } },
  });
  expect(await jobs.get.query({ id: jobId })).toMatchObject({
    state: "queued",
    name: "people.csv",
    progress: 0,
  });
  await api.work(jobId);
  const job = await jobs.get.query({ id: jobId });
  expect(job).toMatchObject({
    state: "completed",
    counters: { created: 1, failed: 1 },
    file: { delimiter: ";" },
  });
  expect(await jobs.failures.query({ id: jobId })).toMatchObject({
    hasMore: false,
    failures: [{ row: 3, value: "bad" }],
  });
  expect((await jobs.list.query({ kind: "import" })).jobs[0]?.id).toBe(jobId);
  expect(await refusal(jobs.cancel.mutate({ id: jobId }))).toMatchObject({
    httpStatus: 409,
    code: "job_not_cancellable",
  });
});

it("an upload is previewed, with another mapping again, and imported as it was shown", async () => {
  const { imports, contacts } = clientOf(api.owner.key);
  const { uploadId } = await imports.upload.mutate(
    new Blob(["Wer;plan\nseen@example.com;pro\nb@x.co;\nbad;\n"]),
  );
  const preview = await imports.preview.mutate({ uploadId, rows: 1 });
  expect(preview).toMatchObject({
    uploadId,
    columns: [
      { header: "Wer", field: "email", by: "content" },
      { header: "plan", attribute: "plan" },
    ],
    rows: [{ row: 2, contact: { email: "seen@example.com" } }],
    problems: { counts: { email_invalid: 1 } },
  });
  const policy = { mapping: { plan: "lastName" } };
  const again = await imports.preview.mutate({ uploadId, policy });
  expect(again.columns[1]).toMatchObject({ field: "lastName", by: "caller" });
  const { jobId } = await imports.start.mutate({ uploadId, policy });
  await api.work(jobId);
  const page = await contacts.list.query({ search: "seen@" });
  expect(page.contacts).toMatchObject([{ lastName: "pro" }]);
  expect(await refusal(imports.preview.mutate({ uploadId, rows: 0 }))).toMatchObject({
    code: "invalid",
    details: { issues: [{ field: "rows" }] },
  });
});

it("a job that stopped for its failures goes on, with another limit", async () => {
  const { imports, jobs } = clientOf(api.owner.key);
  const { uploadId } = await imports.upload.mutate(new Blob(["email\nbad\n"]));
  const { jobId } = await imports.start.mutate({ uploadId, policy: { stopAfterFailures: 1 } });
  await api.work(jobId);
  expect(await jobs.get.query({ id: jobId })).toMatchObject({ state: "failed", retryable: true });
  expect(await jobs.retry.mutate({ id: jobId, stopAfterFailures: 2 })).toMatchObject({ state: "queued" });
  await api.work(jobId);
  expect(await jobs.get.query({ id: jobId })).toMatchObject({ state: "completed", retryable: false });
  expect(await refusal(jobs.retry.mutate({ id: jobId }))).toMatchObject({
    httpStatus: 409,
    code: "job_not_retryable",
  });
});

it("an import is taken back by a job of its own, which says beforehand what it would do", async () => {
  const { imports, jobs, contacts } = clientOf(api.owner.key);
  const { uploadId } = await imports.upload.mutate(new Blob(["email\nundone@example.com\n"]));
  const { jobId } = await imports.start.mutate({ uploadId });
  await api.work(jobId);
  expect(await jobs.previewUndo.query({ id: jobId })).toEqual({ deletes: 1, reverts: 0, changedSince: 0 });
  const undo = await jobs.undo.mutate({ id: jobId });
  await api.work(undo.jobId);
  expect(await jobs.get.query({ id: undo.jobId })).toMatchObject({ kind: "undo", counters: { deleted: 1 } });
  expect(await contacts.list.query({ search: "undone@" })).toMatchObject({ total: 0 });
  expect(await refusal(jobs.undo.mutate({ id: jobId }))).toMatchObject({
    httpStatus: 409,
    code: "job_not_undoable",
  });
});

it("contacts are changed in bulk by a filter or by ids, and the job says what to whom", async () => {
  const { contacts, jobs } = clientOf(api.owner.key);
  const { contact } = await contacts.upsert.mutate({ email: "bulk@example.com", tags: ["fair"] });
  const byFilter = await contacts.bulk.mutate({
    filter: { tags: ["fair"], search: "bulk@" },
    change: { action: "update", patch: { attributes: { seen: true } } },
    name: "The fair",
  });
  await api.work(byFilter.jobId);
  expect(await jobs.get.query({ id: byFilter.jobId })).toMatchObject({
    kind: "bulk",
    name: "The fair",
    change: { action: "update", patch: { attributes: { seen: true } } },
    total: 1,
    counters: { updated: 1 },
  });
  const byIds = await contacts.bulk.mutate({ ids: [contact.id, "nobody"], change: { action: "delete" } });
  await api.work(byIds.jobId);
  expect(await jobs.failures.query({ id: byIds.jobId })).toMatchObject({
    failures: [{ row: 2, id: "nobody", code: "contact_unknown" }],
  });
  const both = contacts.bulk.mutate({ ids: ["x"], filter: {}, change: { action: "delete" } });
  expect(await refusal(both)).toMatchObject({ httpStatus: 400, code: "invalid" });
  const unknown = contacts.bulk.mutate({ filter: {}, change: { action: "explode" } as never });
  expect(await refusal(unknown)).toMatchObject({ details: { issues: [{ field: "change.action" }] } });
});

it("contacts are created once, looked up, listed in an order, exported by page, erased, and their fields told", async () => {
  const { key } = await api.newKey({ tenant: "reads" });
  const { contacts } = clientOf(key);
  for (const n of [2, 0, 1]) {
    await contacts.create.mutate({
      email: `r${n}@example.com`,
      externalId: `crm-${n}`,
      tags: [`t${n}`],
      attributes: { plan: "pro" },
    });
  }
  expect(await refusal(contacts.create.mutate({ email: "r0@example.com" }))).toMatchObject({
    httpStatus: 409,
    code: "contact_exists",
  });
  const emails = (page: { contacts: { email: string }[] }) =>
    page.contacts.map(({ email }) => email.slice(0, 2));
  expect(emails(await contacts.list.query({ sort: "email" }))).toEqual(["r0", "r1", "r2"]);
  expect(emails(await contacts.list.query({ sort: "email", page: 2, limit: 2 }))).toEqual(["r2"]);
  expect(emails(await contacts.list.query({ tags: ["t1", "t2"] }))).toEqual(["r1", "r2"]);
  expect(emails(await contacts.list.query({ updatedSince: new Date(0).toISOString() }))).toHaveLength(3);
  expect(
    await contacts.lookup.mutate({ emails: ["R1@example.com", "x"], externalIds: ["crm-2"] }),
  ).toMatchObject({
    found: [{ email: "r1@example.com" }, { email: "r2@example.com" }],
    notFound: ["x"],
  });
  const first = await contacts.exportPage.query({ limit: 2 });
  expect(emails(first)).toEqual(["r1", "r0"]);
  const last = await contacts.exportPage.query({ limit: 2, cursor: first.cursor! });
  expect([emails(last), last.cursor]).toEqual([["r2"], null]);
  const { fields, contacts: n } = await contacts.fields.query();
  const types = [{ type: "text", contacts: 3 }];
  const plan = { name: "metadata.plan", type: "text", custom: true, share: 1, contacts: 3, types };
  expect([n, fields.at(-1)]).toEqual([3, plan]);
  await contacts.delete.mutate({ id: first.contacts[0]!.id, erase: true });
  const { contact } = await contacts.upsert.mutate({ email: "r1@example.com" });
  expect(contact.status).toBe("unsubscribed");
  expect(
    await refusal(contacts.create.mutate({ email: "a@example.com", attributes: { phone: "1" } })),
  ).toMatchObject({ httpStatus: 400, code: "invalid" });
});
