/** A fresh key for one call: 128 random bits. By hand, since browsers have crypto.randomUUID only over https. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
