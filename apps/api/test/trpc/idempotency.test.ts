import { afterAll, beforeAll, expect, it } from "vitest";
import { type Reply, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

function call(path: string, key: string, json: unknown): Promise<Reply> {
  return api.call("POST", `/trpc/${path}`, { json, headers: { "Idempotency-Key": key } });
}

const replayed = (reply: Reply) => reply.headers.get("idempotent-replayed");

it("a repeated mutation gets the first answer, byte for byte, alone or as a batch of one", async () => {
  const ann = { email: "ann@example.com", attributes: { n: [1, null] } };
  const first = await call("contacts.upsert", "k", ann);
  const second = await call("contacts.upsert", "k", ann);
  const batch = await call("contacts.upsert?batch=1", "k", { 0: ann });
  expect([first.status, replayed(first), first.body.result.data.isNew]).toEqual([200, null, true]);
  expect([second.text, replayed(second)]).toEqual([first.text, "true"]);
  expect([batch.text, replayed(batch)]).toEqual([`[${first.text}]`, "true"]);
});

it("another input or procedure under the key is 409, and a refusal is not kept", async () => {
  const bo = { email: "bo@example.com" };
  const refused = await call("contacts.upsert", "r", { email: "bo" });
  const { body } = await call("contacts.upsert", "r", bo);
  const others = [
    await call("contacts.upsert", "r", { email: "cy@example.com" }),
    await call("contacts.delete", "r", { id: body.result.data.contact.id }),
  ];
  expect([refused.status, body.result.data.isNew]).toEqual([400, true]);
  for (const { status, body } of others) {
    expect([status, body.error.data.refusal]).toEqual([409, "idempotency_key_reused"]);
  }
  expect(await api.deps.sql`select from contacts where email like 'bo@%'`).toHaveLength(1);
});

it("a key over a batch of several calls is refused, and none is done", async () => {
  const inputs = { 0: { email: "di@example.com" }, 1: { email: "ed@example.com" } };
  const reply = await call("contacts.upsert,contacts.upsert?batch=1", "b", inputs);
  expect(reply.body.map(({ error }: { error: { data: unknown } }) => error.data)).toMatchObject([
    { httpStatus: 400, details: { issues: [{ field: "Idempotency-Key" }] } },
    { httpStatus: 400, details: { issues: [{ field: "Idempotency-Key" }] } },
  ]);
  expect(
    await api.deps.sql`select from contacts where email in ('di@example.com', 'ed@example.com')`,
  ).toEqual([]);
});

it("reads take no notice of a key", async () => {
  const headers = { "Idempotency-Key": "k" };
  const reply = await api.call("GET", `/trpc/contacts.list?input=${encodeURIComponent("{}")}`, { headers });
  expect([reply.status, replayed(reply)]).toEqual([200, null]);
});

it("twins at the same time start one import", async () => {
  const upload = await api.call("POST", "/trpc/imports.upload", {
    body: "email\nann@example.com\n",
    headers: { "Content-Type": "application/octet-stream", "Idempotency-Key": "u" },
  });
  const { uploadId } = upload.body.result.data;
  const twins = await Promise.all(Array.from({ length: 8 }, () => call("imports.start", "i", { uploadId })));
  expect(new Set(twins.map(({ text }) => text)).size).toBe(1);
  expect(await api.deps.sql`select from jobs`).toHaveLength(1);
});
