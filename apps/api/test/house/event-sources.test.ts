import { generateKeyPairSync } from "node:crypto";
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

const path = "/v1/event-sources";
const make = (json: Json, headers = {}) => api.house("POST", path, { json, headers });
const topicArn = "arn:aws:sns:eu-central-1:123456789012:mail-events";

describe(`POST ${path}`, () => {
  it("201: the address and the password are shown once, and never again", async () => {
    const { status, body } = await make({ name: " Postmark ", provider: "postmark" });
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        data: {
          id: expect.any(String),
          name: "Postmark",
          provider: "postmark",
          settings: { basicAuth: true },
          beginning: body.data.token.slice(0, 8),
          lastReceivedAt: null,
          received: { accepted: 0, duplicate: 0, failed: 0, ignored: 0, refused: 0 },
          lastError: null,
          createdAt: expect.any(String),
          updatedAt: expect.any(String),
          token: expect.stringMatching(/^evs_\w{43}$/),
          path: `/receive/${body.data.token}`,
          user: "roster",
          password: expect.stringMatching(/^\w{43}$/),
        },
      },
    ]);
    const { token, password, user, path: address, ...shown } = body.data;
    expect((await api.house("GET", `${path}/${shown.id}`)).body).toEqual({ success: true, data: shown });
    expect((await api.house("GET", path)).body.data).toEqual([shown]);
    const [kept] = await api.deps.sql`select * from event_sources where id = ${shown.id}`;
    expect(JSON.stringify(kept)).not.toContain(token.slice(8));
    expect(JSON.stringify(kept)).not.toContain(password);
  });

  it("409: a name that another source of the tenant has, also when both come at once", async () => {
    const wish = { name: "SendGrid", provider: "sendgrid" };
    const statuses = (await Promise.all([make(wish), make(wish), make(wish)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    await api.freshTenant();
    expect((await make(wish)).status).toBe(201);
  });

  it.each([
    [{}, ["provider"]],
    [{ name: "x", provider: "mailgun" }, ["provider"]],
    [{ name: "", provider: "postmark" }, ["name"]],
    [{ name: "x", provider: "ses" }, ["settings"]],
    [{ name: "x", provider: "ses", settings: { topicArn: "x" } }, ["settings.topicArn"]],
    [{ name: "x", provider: "ses", settings: { topicArn, region: "x" } }, ["settings.region"]],
    [{ name: "x", provider: "sendgrid", settings: { publicKey: "not base64!" } }, ["settings.publicKey"]],
    [{ name: "x", provider: "sendgrid", settings: { publicKey: "AAAA" } }, ["settings.publicKey"]],
    [{ name: "x", provider: "postmark", token: "mine" }, ["token"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await make(json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });

  it("400: a key of another curve is named, for nothing could be checked by it", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
    const settings = { publicKey: publicKey.export({ format: "pem", type: "spki" }) };
    const { status, body } = await make({ name: "x", provider: "sendgrid", settings });
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, ["settings.publicKey"]]);
  });

  it("400: an Idempotency-Key, because a secret is not kept for a repeat; nothing is made", async () => {
    const { status, body } = await make({ name: "x", provider: "postmark" }, { "Idempotency-Key": "k" });
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, ["Idempotency-Key"]]);
    expect((await api.house("GET", path)).body.data).toEqual([]);
  });

  it("400: more sources than a tenant may have", async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => make({ name: `s${n}`, provider: "postmark" })));
    const { status, body } = await make({ name: "one more", provider: "postmark" });
    expect([status, body.error]).toEqual([400, expect.stringContaining("at most 100")]);
  });
});

describe(`GET ${path}`, () => {
  it("200: page by page, newest first, each once", async () => {
    for (const name of ["a", "b", "c"]) await make({ name, provider: "postmark" });
    const first = (await api.house("GET", `${path}?limit=2`)).body;
    expect([first.data.map(({ name }: Json) => name), first.hasMore]).toEqual([["c", "b"], true]);
    const second = (await api.house("GET", `${path}?limit=2&cursor=${first.cursor}`)).body;
    expect([second.data.map(({ name }: Json) => name), second.hasMore, second.cursor]).toEqual([
      ["a"],
      false,
      null,
    ]);
  });
});

describe(`PATCH ${path}/:id`, () => {
  it("200: the name and the settings; what is left out stays", async () => {
    const { id, createdAt } = (await make({ name: "SES", provider: "ses", settings: { topicArn } })).body
      .data;
    const change = (json: Json) => api.house("PATCH", `${path}/${id}`, { json });
    expect((await change({ name: "SES Frankfurt" })).body.data).toMatchObject({
      name: "SES Frankfurt",
      settings: { topicArn },
      createdAt,
    });
    const settings = { topicArn: `${topicArn}-2` };
    expect((await change({ settings })).body.data).toMatchObject({ name: "SES Frankfurt", settings });
    expect((await change({})).status).toBe(200);
    for (const [json, field] of [
      [{ settings: { publicKey: null } }, "settings.publicKey"],
      [{ settings: { topicArn: "x" } }, "settings.topicArn"],
      [{ provider: "postmark" }, "provider"],
    ] as const) {
      const { status, body } = await change(json);
      expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, [field]]);
    }
    await make({ name: "Other", provider: "postmark" });
    expect((await change({ name: "Other" })).status).toBe(409);
  });
});

it("404 for a source that is not there, whatever is asked of it", async () => {
  for (const id of ["nonsense", "019c1414-4e00-7a00-8000-0000000000ff"]) {
    for (const [method, end] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate"],
    ] as const) {
      const options = method === "PATCH" ? { json: {} } : {};
      const { status, body } = await api.house(method, `${path}/${id}${end}`, options);
      expect([method, status, body.error]).toEqual([method, 404, "There is no such event source."]);
    }
  }
});
