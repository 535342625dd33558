import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

describe("POST /v1/contacts/lookup", () => {
  const lookUp = (json: Json) => api.house("POST", "/v1/contacts/lookup", { json });

  it("200: each contact once, in the order given, and whom nobody knows", async () => {
    const ann = await api.created({ email: "ann@x.io", externalId: "crm-1" });
    const bob = await api.created({ email: "bob@x.io" });
    const { status, body } = await lookUp({
      emails: ["BOB@x.io", "no", "gone@x.io", "bob@x.io", "a\0@x.io"],
      externalIds: ["crm-1", "crm-2", "\0"],
    });
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        data: { found: [bob, ann], notFound: ["no", "gone@x.io", "a\0@x.io", "crm-2", "\0"] },
      },
    ]);
    expect((await lookUp({ emails: ["ann@x.io"], externalIds: ["crm-1"] })).body.data).toEqual({
      found: [ann],
      notFound: [],
    });
    await api.freshTenant();
    expect((await lookUp({ externalIds: ["crm-1"] })).body.data).toEqual({ found: [], notFound: ["crm-1"] });
  });

  it.each([
    [{}, []],
    [{ emails: "a@x.io" }, ["emails"]],
    [{ emails: [5] }, ["emails.0"]],
    [{ emails: Array(1001).fill("a@x.io") }, ["emails"]],
    [{ externalIds: {} }, ["externalIds"]],
    [{ ids: [] }, ["ids"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await lookUp(json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });
});

describe("GET /v1/contacts/fields", () => {
  const fields = async () => (await api.house("GET", "/v1/contacts/fields")).body;

  it("200: every field with its type and how many have it, the custom ones last", async () => {
    await api.created({ email: "a@x.io", firstName: "A", tags: ["x"], metadata: { plan: "pro", n: 1 } });
    await api.created({ email: "b@x.io", metadata: { plan: "free", n: "1", deep: { a: 1 } } });
    const { success, data, contacts } = await fields();
    expect([success, contacts]).toEqual([true, 2]);
    const byName = Object.fromEntries(data.map(({ name, ...rest }: Json) => [name, rest]));
    expect(Object.keys(byName)).toEqual([
      ...[
        "email",
        "name",
        "firstName",
        "lastName",
        "phone",
        "tags",
        "status",
        "externalId",
        "locale",
        "consent",
      ],
      ...["source", "createdAt", "updatedAt", "metadata.n", "metadata.plan", "metadata.deep"],
    ]);
    expect(byName).toMatchObject({
      email: { type: "text", custom: false, share: 1 },
      firstName: { type: "text", share: 0.5 },
      tags: { type: "list", share: 0.5 },
      phone: { share: 0 },
      createdAt: { type: "time", share: 1 },
      "metadata.plan": { type: "text", custom: true, share: 1 },
      "metadata.n": { type: "mixed", share: 1 },
      "metadata.deep": { type: "object", share: 0.5 },
    });
  });

  it("200: of a tenant without contacts", async () => {
    const { data, contacts } = await fields();
    expect([contacts, data.length, data[0].share]).toEqual([0, 13, 0]);
  });
});

describe("GET /v1/contacts/field-coverage and /locale-coverage", () => {
  it("200: exact, whatever happened to the contacts before", async () => {
    const ann = await api.created({ email: "a@x.io", locale: "de", metadata: { plan: "pro", n: 1 } });
    await api.created({ email: "b@x.io", locale: "de", metadata: { plan: "free" } });
    await api.created({ email: "c@x.io", metadata: { plan: 5 } });
    const json = { locale: "en", status: "unsubscribed", metadata: { n: null } };
    await api.house("PATCH", `/v1/contacts/${ann.id}`, { json });
    const { body } = await api.house("GET", "/v1/contacts/field-coverage");
    expect([body.success, body.contacts, body.complete]).toEqual([true, 3, true]);
    expect(body.data.filter(({ custom }: Json) => custom)).toEqual([
      {
        ...{ name: "metadata.plan", type: "mixed", custom: true, share: 1, contacts: 3 },
        types: [
          { type: "text", contacts: 2 },
          { type: "number", contacts: 1 },
        ],
      },
    ]);
    expect((await api.house("GET", "/v1/contacts/locale-coverage")).body).toEqual({
      success: true,
      data: [
        { locale: null, count: 1, optedIn: 1 },
        { locale: "de", count: 1, optedIn: 1 },
        { locale: "en", count: 1, optedIn: 0 },
      ],
      complete: true,
    });
  });
});
