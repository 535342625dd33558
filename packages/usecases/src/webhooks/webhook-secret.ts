import { createHmac } from "node:crypto";
import type { Deps } from "../deps.ts";

const prefix = "whsec_";
const secretBytes = 32;

/** A new secret with which requests are signed, as Standard Webhooks writes one: `whsec_` and 32 random bytes in base64. */
export function newSecret(deps: Pick<Deps, "random">): string {
  return prefix + Buffer.from(deps.random(secretBytes)).toString("base64");
}

/**
 * What a request carries beside its body, by the Standard Webhooks specification 1.0.0: its id, which stays the same when it is
 * sent again; the time, in whole seconds; and of id, time and body an HMAC-SHA256 with each secret.
 */
export function signedHeaders(
  { id, at, body }: { id: string; at: Date; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
