import { sign } from "node:crypto";
import { SnsMessage, signedText } from "@roster/domain/events/sns-message.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type ReceiverApi, snsPrivateKey, startReceiver } from "./receiver-api.ts";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:mail-events";
const origin = "https://sns.eu-central-1.amazonaws.com";
const certificate = `${origin}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem`;

let api: ReceiverApi;
let source: Json;
let email: string;
beforeAll(async () => {
  api = await startReceiver();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
  source = await api.source({ name: "SES", provider: "ses", settings: { topicArn } });
  email = `ann-${source.id}@x.io`;
  await api.created({ email });
  api.sns.asked.length = 0;
  api.sns.down = false;
});

/** A message as SNS signs it; what is `spoilt` is put in behind the signature. */
function message(fields: object, { version = "2", spoilt = {} } = {}): string {
  const whole = SnsMessage.parse({
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: topicArn,
    Timestamp: new Date().toISOString(),
    SignatureVersion: version,
    Signature: "",
    SigningCertURL: certificate,
    ...fields,
  });
  const digest = version === "1" ? "sha1" : "sha256";
  const Signature = sign(digest, Buffer.from(signedText(whole)), snsPrivateKey).toString("base64");
  return JSON.stringify({ ...whole, Signature, UnsubscribeURL: `${origin}/?Action=Unsubscribe`, ...spoilt });
}

/** SNS declares its JSON as text. */
const post = (body: string, headers = {}) =>
  api.deliver(source.path, {
    body,
    headers: {
      "Content-Type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": "Notification",
      ...headers,
    },
  });

const record = (kind: object, more = {}) => ({
  mail: {
    timestamp: new Date(Date.now() - 60_000).toISOString(),
    messageId: "0107018f-example",
    destination: [email],
    tags: { "ses:configuration-set": ["News"], campaign: ["spring"] },
    ...more,
  },
  ...kind,
});
const bounce = () => ({
  bounceType: "Permanent",
  bounceSubType: "General",
  bouncedRecipients: [{ emailAddress: email }],
  timestamp: new Date().toISOString(),
});
const notification = (told: object) => ({ Message: JSON.stringify(told) });

describe("what Amazon SES publishes through SNS", () => {
  it.each(["1", "2"])(
    "200: signed by version %s; a delivery that is repeated counts once",
    async (version) => {
      const body = message(notification(record({ eventType: "Send", send: {} })), { version });
      expect((await post(body)).body).toEqual({
        success: true,
        data: { accepted: 1, duplicate: 0, failed: 0, ignored: 0 },
      });
      expect((await post(body)).body.data.duplicate).toBe(1);
      expect(await api.person(email)).toMatchObject({ status: "active", sent: 1 });
    },
  );

  it("200: one bounce, told by event publishing and by the older notification, counts once", async () => {
    const told = record({ bounce: bounce() });
    const published = message({ ...notification({ ...told, eventType: "Bounce" }), Subject: "Amazon SES" });
    expect((await post(published)).body.data.accepted).toBe(1);
    const notified = message({
      ...notification({ ...told, notificationType: "Bounce" }),
      MessageId: "other",
    });
    expect((await post(notified)).body.data.duplicate).toBe(1);
    expect((await api.person(email)).status).toBe("bounced");
  });

  it("200: the sentence that SES sends to a new topic is ignored", async () => {
    const Message = "Successfully validated SNS topic for Amazon SES event publishing.";
    expect((await post(message({ Message }))).body.data.ignored).toBe(1);
  });

  it("the certificate is fetched once, not for each message", async () => {
    const fresh = `${certificate.slice(0, -5)}0.pem`;
    for (let n = 0; n < 3; n++) await post(message({ Message: "x", SigningCertURL: fresh }));
    expect(api.sns.asked).toEqual([fresh]);
  });

  it("200: a subscription is confirmed by visiting its address", async () => {
    const SubscribeURL = `${origin}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=t`;
    const fields = { Type: "SubscriptionConfirmation", Message: "Confirm", Token: "t", SubscribeURL };
    expect((await post(message(fields))).status).toBe(200);
    expect(api.sns.asked).toContain(SubscribeURL);
    const ended = await post(message({ ...fields, Type: "UnsubscribeConfirmation" }));
    expect(ended.status).toBe(200);
    expect(api.sns.asked.filter((address) => address === SubscribeURL)).toHaveLength(1);
    expect((await api.shown(source.id)).lastError.message).toContain("nothing more will come");
  });

  it("401: what another topic, another key or nobody signed; only SNS' own certificates are fetched", async () => {
    const body = notification(record({ eventType: "Bounce", bounce: bounce() }));
    const wrong = [
      message({ ...body, TopicArn: `${topicArn}-other` }),
      message(body, { spoilt: { Signature: "AAAA" } }),
      message(body, { spoilt: { Message: JSON.stringify({ eventType: "Open" }) } }),
      message(body, { spoilt: { SignatureVersion: "1" } }),
      message(body, { spoilt: { SignatureVersion: "3" } }),
      message({ ...body, SigningCertURL: "https://evil.example/SimpleNotificationService-1.pem" }),
      message({ ...body, SigningCertURL: "https://sns.s3-eu-central-1.amazonaws.com/a.pem" }),
    ];
    for (const text of wrong) {
      const reply = await post(text);
      expect([reply.status, reply.body.code]).toEqual([401, "bad_signature"]);
    }
    expect(api.sns.asked.filter((address) => !address.startsWith(`${origin}/`))).toEqual([]);
    expect((await api.person(email)).status).toBe("active");
  });

  it("401: a certificate that is not valid any more", async () => {
    const { now } = api.deps;
    api.deps.now = () => new Date("2200-01-01T00:00:00Z");
    try {
      expect((await post(message({ Message: "x" }))).body.error).toContain("certificate is not valid");
    } finally {
      api.deps.now = now;
    }
  });

  it("503: while SNS does not answer, so that the message comes again; an outage is not remembered", async () => {
    const SigningCertURL = `${certificate.slice(0, -5)}9.pem`;
    const body = message({ Message: "x", SigningCertURL });
    api.sns.down = true;
    const refused = await post(body);
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([
      503,
      "unreachable",
      "20",
    ]);
    api.sns.down = false;
    expect((await post(body)).status).toBe(200);
  });

  it("400: raw message delivery by name, a subscription that leads elsewhere, and what is no message", async () => {
    const raw = JSON.stringify(record({ eventType: "Bounce", bounce: bounce() }));
    expect((await post(raw, { "x-amz-sns-rawdelivery": "true" })).body.error).toContain(
      "raw message delivery",
    );
    const elsewhere = {
      Type: "SubscriptionConfirmation",
      Message: "Confirm",
      Token: "t",
      SubscribeURL: "http://169.254.169.254/?Action=ConfirmSubscription&",
    };
    for (const body of [raw, message(elsewhere), "nonsense", "", "[]", "{}"]) {
      const reply = await post(body);
      expect([reply.status, reply.body.code]).toEqual([400, "invalid"]);
    }
    expect(api.sns.asked.filter((address) => !address.startsWith(`${origin}/`))).toEqual([]);
  });
});
