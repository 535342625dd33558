import { createPublicKey, hash, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import { isRecent, type SourceKind, sourceUser } from "@roster/domain/events/event-source.ts";
import {
  isCertificateAddress,
  type SnsMessage,
  signatureHash,
  signedText,
} from "@roster/domain/events/sns-message.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Deps } from "../deps.ts";

/** What a provider sent: the body as it came, which is what is signed, and its headers by their names in lower case. */
export type ProviderRequest = {
  body: Buffer;
  headers: Readonly<Record<string, string | string[] | undefined>>;
};

type SettingsOf<P extends SourceKind["provider"]> = Extract<SourceKind, { provider: P }>["settings"];

function unproved(why: string): Refused {
  return new Refused({ code: "bad_signature", why });
}

/** What is kept of a source's secret: each has 256 random bits, so nothing slower is needed. */
export function secretHash(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/**
 * The key that a source's webhooks are verified by: ECDSA over P-256.
 * @param publicKey base64 of its DER
 * @returns null where it is none
 */
export function verificationKey(publicKey: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : null;
  } catch {
    return null;
  }
}

/**
 * That SendGrid's Signed Event Webhook sent a request, not long ago: ECDSA over the time and the body as it came.
 * @throws Refused bad_signature
 */
export function proveSendgrid(
  { publicKey }: SettingsOf<"sendgrid">,
  { body, headers }: ProviderRequest,
  now: Date,
): void {
  if (publicKey === null) throw unproved("this source has no verification key yet; set its publicKey");
  const signature = headers["x-twilio-email-event-webhook-signature"];
  const timestamp = headers["x-twilio-email-event-webhook-timestamp"];
  if (typeof signature !== "string" || typeof timestamp !== "string") {
    throw unproved("it has no signature; switch on the Signed Event Webhook at SendGrid");
  }
  const key = verificationKey(publicKey);
  const signedBytes = Buffer.concat([Buffer.from(timestamp), body]);
  if (key === null || !verify("sha256", signedBytes, key, Buffer.from(signature, "base64"))) {
    throw unproved("its signature was not made with the source's key; compare publicKey with SendGrid's");
  }
  if (!isRecent(timestamp, now)) throw unproved("it was signed too long ago, or ahead of this server's time");
}

/**
 * That a request brings the password that came with the source's address, where the source asks for one.
 * @throws Refused bad_signature
 */
export function provePassword(
  { basicAuth }: SettingsOf<"postmark">,
  passwordHash: Uint8Array | null,
  { headers }: ProviderRequest,
): void {
  if (!basicAuth) return;
  if (passwordHash === null) throw unproved("this source has no password yet; rotate it to get one");
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(String(headers.authorization ?? "")) ?? [];
  if (encoded === undefined) throw unproved("it has no user name and password; put them into the address");
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  const isRight = timingSafeEqual(secretHash(text.slice(colon + 1)), passwordHash);
  if (!isRight || text.slice(0, colon) !== sourceUser) throw unproved("its user name or password is wrong");
}

/**
 * That Amazon SNS signed a message, for the topic that is allowed.
 * @throws Refused bad_signature, unreachable
 */
export async function proveSns(
  { sns, now }: Deps,
  { topicArn }: SettingsOf<"ses">,
  message: SnsMessage,
): Promise<void> {
  // Anybody can have a topic, and SNS signs for all of them.
  if (message.TopicArn !== topicArn) throw unproved("it comes from another topic than the source's topicArn");
  const digest = signatureHash(message);
  if (digest === null) throw unproved("its SignatureVersion is not known; set 1 or 2 at the topic");
  if (!isCertificateAddress(message.SigningCertURL, topicArn)) {
    throw unproved("its SigningCertURL does not lead to the certificates of the topic's SNS");
  }
  const key = await sns.signingKey(message.SigningCertURL, now());
  if (key === null) throw unproved("its certificate is not valid now");
  const signature = Buffer.from(message.Signature, "base64");
  if (!verify(digest, Buffer.from(signedText(message)), key, signature)) {
    throw unproved("its signature is wrong");
  }
}
