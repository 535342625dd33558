import { feedSettled } from "@roster/store/testing.ts";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
});

const changes = async (query = "") => {
  await feedSettled(api.deps.sql);
  return (await api.house("GET", `/v1/contacts/changes${query}`)).body;
};

it("200: from the beginning, then by the cursor what happened since: as contacts of this dialect, and ids of those who are gone", async () => {
  const ann = await api.created({ email: "ann@x.io", metadata: { plan: "pro" } });
  const bob = await api.created({ email: "bob@x.io" });
  const first = await changes();
  expect(first).toEqual({
    success: true,
    data: [ann, bob].map((contact) => ({ type: "created", contact, at: contact.createdAt })),
    cursor: expect.any(String),
    hasMore: false,
    reset: true,
  });
  const { body } = await api.house("PATCH", `/v1/contacts/${ann.id}`, { json: { status: "unsubscribed" } });
  await api.house("DELETE", `/v1/contacts/${bob.id}`);
  const next = await changes(`?cursor=${first.cursor}`);
  expect(next).toMatchObject({
    data: [
      { type: "updated", contact: body.data, at: body.data.updatedAt },
      { type: "deleted", id: bob.id },
    ],
    reset: false,
  });
  const none = await changes(`?cursor=${next.cursor}`);
  expect([none.data, none.hasMore]).toEqual([[], false]);
  const mail = (await api.house("GET", `/mail/v1/contacts/changes?limit=1&cursor=${first.cursor}`)).body;
  expect([mail.data.length, mail.hasMore]).toEqual([1, true]);
});

it("200: nothing of another tenant, whose cursor is only a place", async () => {
  await api.created({ email: "ann@x.io" });
  const { cursor } = await changes();
  await api.created({ email: "bob@x.io" });
  await api.freshTenant();
  expect((await changes(`?cursor=${cursor}`)).data).toEqual([]);
  expect((await changes()).data).toEqual([]);
});

it.each([
  ["limit=0", "limit"],
  ["limit=many", "limit"],
  ["cursor=nonsense", "cursor"],
  ["status=active", "status"],
])("400: %s", async (query, field) => {
  const { status, body } = await api.house("GET", `/v1/contacts/changes?${query}`);
  expect([status, Object.keys((body as Json).details.fieldErrors)]).toEqual([400, [field]]);
});

it("above 1,000 the limit is clamped", async () => {
  expect((await api.house("GET", "/v1/contacts/changes?limit=5000")).status).toBe(200);
});
