import { Refused } from "@roster/domain/refusal.ts";

/** Options are small: a mapping of a thousand columns fits. */
const objectBytes = 256 * 1024;

const openingBrace = 0x7b;
/** More white space than this in front of it is no object of anybody's. */
const spaceBytes = 1024;
const space = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Tells the two things apart that a JSON body can be: an object, which says what to do with an upload that is here, and an
 * array, which is a file of contacts and is not read here.
 * @throws Refused invalid (not JSON), body_too_large (an object above 256 kB)
 */
export async function objectOrFile(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ object: unknown } | { file: AsyncIterable<Uint8Array> }> {
  const parts = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let first: number | undefined;
  for (let length = 0; first === undefined && length <= spaceBytes; ) {
    const { done, value } = await parts.next();
    if (done === true) break;
    head.push(value);
    length += value.length;
    first = value.find((byte) => !space.has(byte));
  }
  const all = joined(head, parts);
  return first === openingBrace ? { object: await jsonOf(all) } : { file: all };
}

async function* joined(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (;;) {
      const { done, value } = await rest.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

async function jsonOf(bytes: AsyncIterable<Uint8Array>): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    length += part.length;
    if (length > objectBytes) throw new Refused({ code: "body_too_large", limitBytes: objectBytes });
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    const message = "The body is not valid JSON. Check its quotes, commas and brackets.";
    throw new Refused({ code: "invalid", issues: [{ field: "body", code: "invalid_json", message }] });
  }
}
