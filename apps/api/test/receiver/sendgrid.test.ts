import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type ReceiverApi, startReceiver } from "./receiver-api.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const der = (key: KeyObject) => key.export({ format: "der", type: "spki" }).toString("base64");

let api: ReceiverApi;
let source: Json;
beforeAll(async () => {
  api = await startReceiver();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
  source = await api.source({
    name: "SendGrid",
    provider: "sendgrid",
    settings: { publicKey: der(publicKey) },
  });
});

const seconds = (past = 0) => String(Math.floor(Date.now() / 1000) - past);

/** Signed as SendGrid does: over the time and the bytes of the body. */
function signed(body: string, { timestamp = seconds(), key = privateKey } = {}) {
  const signature = sign("sha256", Buffer.from(timestamp + body), key).toString("base64");
  return {
    body,
    headers: {
      "Content-Type": "application/json",
      "X-Twilio-Email-Event-Webhook-Signature": signature,
      "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    },
  };
}

let ids = 0;
const event = (email: string, more: object) => ({
  email,
  timestamp: Number(seconds(60)),
  sg_event_id: `event-${++ids}`,
  sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
  "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
  category: ["news"],
  ...more,
});

describe("what SendGrid sends", () => {
  it("200: a list of everything, whitespace and all, and the same list again", async () => {
    const email = `ann-${source.id}@x.io`;
    await api.created({ email });
    const list = [
      event(email, { event: "processed" }),
      event(email, { event: "deferred", attempt: "5" }),
      event(email, { event: "delivered" }),
      event(email, { event: "open" }),
      event(email, { event: "click", url: "http://example.com" }),
      event("nobody@x.io", { event: "bounce" }),
      { event: "open" },
    ];
    const body = `${JSON.stringify(list, null, 2)}\r\n`;
    const counts = { duplicate: 0, failed: 2, ignored: 1 };
    expect((await api.deliver(source.path, signed(body))).body).toEqual({
      success: true,
      data: { accepted: 4, ...counts },
    });
    expect((await api.deliver(source.path, signed(body))).body.data).toEqual({
      accepted: 0,
      ...counts,
      duplicate: 4,
    });
    expect(await api.person(email)).toEqual({
      status: "active",
      sent: 1,
      delivered: 1,
      opened: 1,
      clicked: 1,
    });
  });

  it("200: who is on SendGrid's lists gets the status that they say", async () => {
    const people = [
      ["bounced", { event: "dropped", reason: "Bounced Address" }],
      ["complained", { event: "spamreport" }],
      ["unsubscribed", { event: "group_unsubscribe", asm_group_id: 10 }],
      ["active", { event: "bounce", type: "blocked" }],
    ] as const;
    const emails = people.map((_, index) => `p${index}-${source.id}@x.io`);
    for (const email of emails) await api.created({ email });
    const list = people.map(([, told], index) => event(emails[index]!, told));
    expect((await api.deliver(source.path, signed(JSON.stringify(list)))).body.data.accepted).toBe(4);
    for (const [index, [status]] of people.entries()) {
      expect([status, (await api.person(emails[index]!)).status]).toEqual([status, status]);
    }
  });

  it("200: more events than one transaction takes", async () => {
    const email = `many-${source.id}@x.io`;
    await api.created({ email });
    const list = Array.from({ length: 1001 }, () => event(email, { event: "open" }));
    expect((await api.deliver(source.path, signed(JSON.stringify(list)))).body.data.accepted).toBe(1001);
  });

  it("401: another key, a changed body, a time that was not signed, an old request, no signature", async () => {
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
    const good = signed("[]");
    const named = (headers: object) => ({ body: "[]", headers: { ...good.headers, ...headers } });
    const wrong = [
      signed("[]", { key: other }),
      { ...good, body: "[ ]" },
      named({ "X-Twilio-Email-Event-Webhook-Timestamp": seconds(1) }),
      named({ "X-Twilio-Email-Event-Webhook-Signature": "AAAA" }),
      named({ "X-Twilio-Email-Event-Webhook-Signature": "" }),
      signed("[]", { timestamp: seconds(26 * 3600) }),
      signed("[]", { timestamp: seconds(-3600) }),
      { body: "[]", headers: {} },
    ];
    for (const request of wrong) {
      const { status, body } = await api.deliver(source.path, request);
      expect([status, body.code]).toEqual([401, "bad_signature"]);
    }
    expect((await api.deliver(source.path, good)).status).toBe(200);
    expect((await api.shown(source.id)).received).toMatchObject({ refused: wrong.length });
  });

  it("401 until the source has SendGrid's key", async () => {
    const fresh = await api.source({ name: "Fresh", provider: "sendgrid" });
    expect((await api.deliver(fresh.path, signed("[]"))).body.error).toContain("publicKey");
    const settings = { publicKey: publicKey.export({ format: "pem", type: "spki" }) };
    await api.house("PATCH", `/v1/event-sources/${fresh.id}`, { json: { settings } });
    expect((await api.deliver(fresh.path, signed("[]"))).status).toBe(200);
  });

  it("400: a body that is no list", async () => {
    for (const body of ["{}", "nonsense", ""]) {
      const reply = await api.deliver(source.path, signed(body));
      expect([reply.status, reply.body.code]).toEqual([400, "invalid"]);
    }
  });
});
