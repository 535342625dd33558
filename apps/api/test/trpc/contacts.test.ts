import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { AppRouter } from "../../src/trpc/router.ts";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
let contacts: ReturnType<typeof createTRPCClient<AppRouter>>["contacts"];
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  const { key } = await api.newKey({ tenant: `t${api.deps.newId()}` });
  const headers = { Authorization: `Bearer ${key}` };
  ({ contacts } = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers })] }));
});

const made = async (input: Parameters<typeof contacts.upsert.mutate>[0]) =>
  (await contacts.upsert.mutate(input)).contact;

async function refused(call: Promise<unknown>) {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new Error("the call was not refused");
  const { refusal, details } = error.data;
  return { refusal, fields: details?.issues?.map(({ field }: { field: string }) => field) };
}

it("a contact is named by its id, its email or its externalId, wherever one is named", async () => {
  const ann = await made({ email: "ann@example.com", externalId: "crm-1" });
  for (const id of [ann.id, { email: "ANN@example.com" }, { idOrExternalId: "crm-1" }]) {
    expect(await contacts.get.query({ id })).toEqual(ann);
    expect((await contacts.update.mutate({ id, firstName: "Ann" })).id).toBe(ann.id);
    await contacts.update.mutate({ id, firstName: null });
    Object.assign(ann, await contacts.get.query({ id }));
  }
  expect(await contacts.delete.mutate({ id: { idOrExternalId: "crm-1" } })).toEqual({
    id: { idOrExternalId: "crm-1" },
    erasureId: null,
  });
  expect(await refused(contacts.get.query({ id: { email: "ann@example.com" } }))).toEqual({
    refusal: "not_found",
  });
});

it("erased, an address comes back as one that is not to be mailed", async () => {
  await made({ email: "gone@example.com" });
  await contacts.delete.mutate({ id: { email: "gone@example.com" }, erase: true });
  expect((await made({ email: "gone@example.com" })).status).toBe("unsubscribed");
});

it("one write may replace tags, ask for consent, bring back with leave, and keep the email", async () => {
  await made({ email: "ann@example.com", tags: ["a"] });
  expect((await made({ email: "ann@example.com", tags: ["b"] })).tags).toEqual(["a", "b"]);
  expect((await made({ email: "ann@example.com", tags: ["c"], tagging: "replace" })).tags).toEqual(["c"]);
  expect((await made({ email: "bo@example.com", optInNeedsConsent: true })).status).toBe("unsubscribed");
  await made({ email: "cy@example.com", status: "bounced" });
  const cy = { id: { email: "cy@example.com" }, status: true };
  expect(await refused(contacts.update.mutate(cy))).toEqual({ refusal: "cannot_reactivate" });
  const leave = { resubscribe: { consent: "asked by phone" } };
  expect((await contacts.update.mutate({ ...cy, ...leave })).status).toBe("active");
  const moved = contacts.update.mutate({
    id: { email: "ann@example.com" },
    email: "other@example.com",
    emailStays: true,
  });
  expect(await refused(moved)).toEqual({ refusal: "invalid", fields: ["email"] });
});

it("the list has pages by number, orders and all filters", async () => {
  const spring = { locale: "de", tags: ["spring"] };
  await made({ email: "a@example.com", ...spring });
  await made({ email: "b@example.com", status: "unsubscribed" });
  const c = await made({ email: "c@example.com", ...spring });
  const emails = async (query: Parameters<typeof contacts.list.query>[0]) =>
    (await contacts.list.query(query)).contacts.map(({ email }) => email[0]).join("");
  expect(await emails({ sort: "email" })).toBe("abc");
  expect(await emails({ sort: "email", limit: 2, page: 2 })).toBe("c");
  expect(await emails({ sort: "-email", tags: ["spring"] })).toBe("ca");
  expect(await emails({ locale: "de", email: "a@" })).toBe("a");
  expect(await emails({ updatedSince: c.updatedAt })).toBe("c");
  expect(await refused(contacts.list.query({ page: 0 }))).toEqual({ refusal: "invalid", fields: ["page"] });
  expect(await refused(contacts.list.query({ updatedSince: "soon" }))).toMatchObject({ refusal: "invalid" });
});

it("many are written in order in one call, and a row that fails hinders no other, or all of them", async () => {
  await made({ email: "left@example.com", status: "unsubscribed" });
  const rows = [
    { email: "new@example.com", tags: ["a"] },
    { email: "nonsense" },
    { email: "left@example.com", status: "active" as const },
    { email: "NEW@example.com" },
    {},
  ];
  const strict = contacts.upsertMany.mutate({ contacts: rows, allOrNothing: true });
  expect(await refused(strict)).toEqual({
    refusal: "invalid",
    fields: ["contacts.1.email", "contacts.4.email"],
  });
  expect((await contacts.list.query({})).total).toBe(1);
  const { outcomes, report } = await contacts.upsertMany.mutate({
    contacts: rows,
    defaults: { firstName: "You" },
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(["created", "failed", "updated", "duplicate", "failed"]);
  expect(report).toMatchObject({
    counters: { created: 1, updated: 1, duplicate: 1, failed: 2 },
    reasons: { kept_unsubscribed: 1 },
  });
  expect(await contacts.get.query({ id: { email: "new@example.com" } })).toMatchObject({ firstName: "You" });
  const back = { contacts: [rows[2]!], resubscribe: { consent: "asked by phone" } };
  await contacts.upsertMany.mutate(back);
  expect((await contacts.get.query({ id: { email: "left@example.com" } })).status).toBe("active");
});

it("a list may be longer than other calls, up to 10,000 contacts", async () => {
  const many = Array.from({ length: 2500 }, (_, n) => ({
    email: `p${n}@example.com`,
    name: "x".repeat(250),
    attributes: { note: "y".repeat(250) },
  }));
  expect((await contacts.upsertMany.mutate({ contacts: many })).report.counters.created).toBe(2500);
  const tooMany = contacts.upsertMany.mutate({ contacts: Array(10_001).fill({}) });
  expect(await refused(tooMany)).toEqual({ refusal: "invalid", fields: ["contacts"] });
});

it("who is there is looked up by emails and externalIds, and their fields are told", async () => {
  const ann = await made({ email: "ann@example.com", externalId: "crm-1", attributes: { plan: "pro" } });
  expect(
    await contacts.lookup.mutate({ emails: ["Ann@example.com", "x"], externalIds: ["crm-1", "crm-2"] }),
  ).toEqual({ found: [ann], notFound: ["x", "crm-2"] });
  expect(await refused(contacts.lookup.mutate({}))).toMatchObject({ refusal: "invalid" });
  expect(await contacts.knownEmails.mutate({ emails: ["ANN@example.com", "bo@example.com", "x"] })).toEqual({
    emails: ["ann@example.com", "bo@example.com"],
    existing: ["ann@example.com"],
  });
  expect((await contacts.fields.query()).fields).toContainEqual({
    name: "metadata.plan",
    type: "text",
    custom: true,
    share: 1,
    contacts: 1,
    types: [{ type: "text", contacts: 1 }],
  });
});

it("few are changed at once, and addresses deleted together", async () => {
  const ann = await made({ email: "ann@example.com" });
  const done = await contacts.changeNow.mutate({
    ids: [ann.id, "nobody"],
    change: { action: "add_tags", tags: ["x"] },
  });
  expect(done).toMatchObject({
    report: { counters: { updated: 1, failed: 1 } },
    failures: [{ id: "nobody" }],
  });
  expect(await contacts.deleteByEmail.mutate({ emails: ["Ann@example.com", "bo@example.com"] })).toEqual({
    deleted: ["ann@example.com"],
    notFound: ["bo@example.com"],
  });
});
