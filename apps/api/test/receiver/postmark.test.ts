import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type ReceiverApi, startReceiver } from "./receiver-api.ts";

let api: ReceiverApi;
let source: Json;
beforeAll(async () => {
  api = await startReceiver();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
  source = await api.source({ name: "Postmark", provider: "postmark" });
  await api.created({ email: `${source.id}@x.io` });
});

const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
const post = (record: unknown, headers = basic(source.user, source.password)) =>
  api.deliver(source.path, { json: record as Json, headers });

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const bounce = (more = {}) => ({
  RecordType: "Bounce",
  ID: 42,
  Type: "HardBounce",
  TypeCode: 1,
  MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
  MessageStream: "broadcast",
  Tag: "welcome",
  Email: `${source.id}@x.io`,
  BouncedAt: minutesAgo(5),
  ...more,
});

describe("what Postmark sends", () => {
  it("200: a hard bounce moves the status, once, however often it comes", async () => {
    const record = bounce();
    const first = await post(record);
    expect([first.status, first.body]).toEqual([
      200,
      { success: true, data: { accepted: 1, duplicate: 0, failed: 0, ignored: 0 } },
    ]);
    expect((await post(record)).body.data).toMatchObject({ accepted: 0, duplicate: 1 });
    expect(await api.person(`${source.id}@x.io`)).toMatchObject({ status: "bounced", sent: 1 });
  });

  it("200: each message is a mail of its own, and is opened once however often it is", async () => {
    const message = (MessageID: string) => ({ MessageID, Recipient: `${source.id}@x.io`, Tag: "receipt" });
    for (const id of ["m-1", "m-2"]) {
      await post({ ...message(id), RecordType: "Delivery", DeliveredAt: minutesAgo(9) });
    }
    for (const minutes of [8, 7, 6]) {
      await post({ ...message("m-1"), RecordType: "Open", ReceivedAt: minutesAgo(minutes) });
    }
    expect(await api.person(`${source.id}@x.io`)).toEqual({
      status: "active",
      sent: 2,
      delivered: 2,
      opened: 1,
      clicked: 0,
    });
  });

  it("200: somebody who is no contact, a kind that is not known and an unreadable record are counted", async () => {
    expect((await post(bounce({ Email: "nobody@x.io" }))).body.data).toMatchObject({ failed: 1 });
    expect((await post({ RecordType: "Inbound" })).body.data).toMatchObject({ ignored: 1 });
    expect((await post(bounce({ BouncedAt: "?" }))).body.data).toMatchObject({ failed: 1 });
    expect(await api.shown(source.id)).toMatchObject({
      received: { accepted: 0, duplicate: 0, failed: 2, ignored: 1, refused: 0 },
      lastReceivedAt: expect.any(String),
      lastError: { message: "Bounce: BouncedAt: no time in ISO 8601", at: expect.any(String) },
    });
  });

  it.each([
    ["no password", () => ({})],
    ["another password", () => basic("roster", "x".repeat(43))],
    ["another user", () => basic("root", source.password)],
    ["the token as a key", () => ({ Authorization: `Bearer ${source.token}` })],
    ["no base64", () => ({ Authorization: "Basic ???" })],
  ])("401: %s, and the source says so", async (_what, headers) => {
    const { status, body } = await post(bounce(), headers() as ReturnType<typeof basic>);
    expect([status, body.code]).toEqual([401, "bad_signature"]);
    expect(await api.shown(source.id)).toMatchObject({
      received: { accepted: 0, refused: 1 },
      lastError: { message: body.error },
    });
    expect(await api.person(`${source.id}@x.io`)).toMatchObject({ status: "active" });
  });

  it("a source without a password takes what comes to its address; one that asks for it later refuses until it is rotated", async () => {
    const path = `/v1/event-sources/${source.id}`;
    await api.house("PATCH", path, { json: { settings: { basicAuth: false } } });
    expect((await api.deliver(source.path, { json: bounce() })).status).toBe(200);
    const open = await api.source({ name: "Open", provider: "postmark", settings: { basicAuth: false } });
    expect([open.user, open.password]).toEqual([null, null]);
    await api.house("PATCH", `/v1/event-sources/${open.id}`, { json: { settings: { basicAuth: true } } });
    expect((await api.deliver(open.path, { json: bounce() })).body.error).toContain("rotate");
    const rotated = (await api.house("POST", `/v1/event-sources/${open.id}/rotate`)).body.data;
    const headers = basic(rotated.user, rotated.password);
    expect((await api.deliver(rotated.path, { json: bounce(), headers })).status).toBe(200);
  });

  it.each(["", "{", "nonsense", '"text"', "[]", "5", "null"])(
    "a body that is no record: %j",
    async (body) => {
      const reply = await api.deliver(source.path, { body, headers: basic(source.user, source.password) });
      const isJson = !["", "{", "nonsense"].includes(body);
      expect(reply.status).toBe(isJson ? 200 : 400);
      if (isJson) expect(reply.body.data.failed).toBe(1);
    },
  );
});
