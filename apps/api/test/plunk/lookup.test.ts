import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

describe("POST /contacts/lookup", () => {
  const lookUp = (json: unknown) => api.call("POST", "/contacts/lookup", { json });

  it("200: who is there, in the order given, and whom nobody knows", async () => {
    const { _meta, ...ann } = (
      await api.call("POST", "/contacts", { json: { email: "ann@look.io", data: { plan: "pro" } } })
    ).body;
    const { status, body } = await lookUp({ emails: ["gone@look.io", "ANN@look.io", "no", "a\0@x.io"] });
    expect([status, body]).toEqual([200, { found: [ann], notFound: ["gone@look.io", "no", "a\0@x.io"] }]);
  });

  it.each([
    [{}, "emails"],
    [{ emails: [] }, "emails"],
    [{ emails: "a@x.io" }, "emails"],
    [{ emails: [5] }, "emails.0"],
    [{ emails: Array(501).fill("a@x.io") }, "emails"],
  ])("422: %j", async (json, field) => {
    const { status, body } = await lookUp(json);
    expect([status, body.error.code, body.error.errors[0].field]).toEqual([422, "VALIDATION_ERROR", field]);
  });
});

describe("GET /contacts/fields", () => {
  it("200: the fields that contacts have here, with how many have them in percent", async () => {
    await api.call("POST", "/contacts", {
      json: { email: "bo@look.io", data: { firstName: "Bo", visits: 3 } },
    });
    const { status, body } = await api.call("GET", "/contacts/fields");
    expect(status).toBe(200);
    expect(body.count).toBe(body.fields.length);
    const byName = Object.fromEntries(
      body.fields.map(({ field, ...rest }: { field: string }) => [field, rest]),
    );
    expect(byName).toMatchObject({
      email: { type: "text", coverage: 100 },
      subscribed: { type: "boolean", coverage: 100 },
      "data.firstName": { type: "text", coverage: 50 },
      "data.plan": { type: "text", coverage: 50 },
      "data.visits": { type: "number", coverage: 50 },
    });
    expect(byName).not.toHaveProperty("externalId");
  });
});
