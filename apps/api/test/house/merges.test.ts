import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
  await api.freshTenant();
});
afterAll(() => api?.close());

const path = "/v1/contacts/merges";
const times = { createdAt: expect.any(String), updatedAt: expect.any(String) };

it("201 for a merge, 200 for looking at it and for its undo; the timeline tells both", async () => {
  const ann = await api.created({ email: "ann@x.co", firstName: "Ann", tags: ["a"] });
  const anna = await api.created({ email: "anna@x.co", lastName: "Lee", phone: "1", tags: ["b"] });
  const wish = { keep: ann.id, merge: [anna.id] };
  const dry = await api.house("POST", path, { json: { ...wish, dryRun: true } });
  const contact = { ...ann, ...times, name: "Ann Lee", lastName: "Lee", phone: "1", tags: ["a", "b"] };
  expect([dry.status, dry.body]).toEqual([200, { success: true, data: { merge: null, contact } }]);
  expect((await api.house("GET", `/v1/contacts/${anna.id}`)).status).toBe(200);

  const made = await api.house("POST", path, { json: wish });
  const merge = {
    id: expect.any(String),
    keptId: ann.id,
    merged: [{ id: anna.id, email: "anna@x.co" }],
    createdAt: expect.any(String),
    undoneAt: null,
    undoable: true,
  };
  expect([made.status, made.body]).toEqual([201, { success: true, data: { merge, contact } }]);
  expect((await api.house("GET", `/v1/contacts/${anna.id}`)).status).toBe(404);
  const { id } = made.body.data.merge;
  expect((await api.house("GET", `${path}/${id}`)).body).toEqual({ success: true, data: { ...merge, id } });
  const listed = await api.house("GET", path);
  expect(listed.body).toEqual({ success: true, data: [{ ...merge, id }], cursor: null, hasMore: false });

  const undone = await api.house("POST", `${path}/${id}/undo`);
  expect([undone.status, undone.body.data]).toEqual([
    200,
    {
      merge: {
        ...merge,
        id,
        merged: [{ id: anna.id, email: null }],
        undoneAt: expect.any(String),
        undoable: false,
      },
      contact: { ...ann, ...times },
      returned: [{ ...anna, ...times }],
      rest: [],
    },
  ]);
  const { data } = (await api.house("GET", `/v1/contacts/${anna.id}/timeline`)).body;
  const told = { at: expect.any(String), mergeId: id, keptId: ann.id, mergedIds: [anna.id] };
  expect(data.slice(0, 2)).toEqual([
    { kind: "merge_undone", ...told },
    { kind: "merged", ...told },
  ]);
  const again = await api.house("POST", `${path}/${id}/undo`);
  expect([again.status, again.body.code]).toEqual([409, "merge_not_undoable"]);
});

it("one merge for an Idempotency-Key", async () => {
  const [keep, gone] = [await api.created({ email: "k@x.co" }), await api.created({ email: "g@x.co" })];
  const request = {
    json: { keep: keep.id, merge: [gone.id] },
    headers: { "Idempotency-Key": "merge-once" },
  };
  const first = await api.house("POST", path, request);
  const second = await api.house("POST", path, request);
  expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
});

it("409 for two externalIds, with the field and both contacts", async () => {
  const one = await api.created({ email: "e1@x.co", externalId: "crm-1" });
  const two = await api.created({ email: "e2@x.co", externalId: "crm-2" });
  const { status, body } = await api.house("POST", path, { json: { keep: one.id, merge: [two.id] } });
  expect([status, body.code, body.field, body.contactIds]).toEqual([
    ...[409, "cannot_merge", "externalId"],
    [one.id, two.id],
  ]);
  expect(body.error).toContain("crm-1");
});

it("404 for a merge that there is not", async () => {
  for (const id of ["x", crypto.randomUUID()]) {
    expect((await api.house("GET", `${path}/${id}`)).body.code).toBe("not_found");
    expect((await api.house("POST", `${path}/${id}/undo`)).status).toBe(404);
  }
});

it.each([
  ["GET", "?limit=0", undefined, "limit"],
  ["GET", "?cursor=x", undefined, "cursor"],
  ["GET", "?sort=x", undefined, "sort"],
  ["POST", "", { keep: "con_x", merge: ["con_y"] }, "keep"],
  ["POST", "", { keep: "con_x" }, "merge"],
  ["POST", "", { merge: ["con_x"] }, "keep"],
  ["POST", "", { keep: "con_x", merge: [], to: 1 }, "to"],
  ["POST", `/${crypto.randomUUID()}/undo`, { force: true }, "force"],
] as [string, string, Json | undefined, string][])("400: %s %s %j", async (method, end, json, field) => {
  const { status, body } = await api.house(method, path + end, json === undefined ? {} : { json });
  expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, expect.arrayContaining([field])]);
});
