import { createGunzip } from "node:zlib";
import { SourceError } from "./source-error.ts";

/**
 * Raw bytes are handed to zlib in steps of this size, counted from the file's beginning: so what comes out in front of
 * a fault does not depend on how the upload was cut, and one step can unpack to 8 MB at most.
 */
const step = 8 * 1024;

/**
 * A bomb is one only above this many unpacked bytes: small files of equal lines are packed as tightly. Not more, because
 * all that is unpacked up to here is also read: 8 MB are a million rows of one address.
 */
const bombFloor = 8 * 1024 * 1024;

/** Contact files pack 3 to 20 times; gzip's own limit is about 1,030. */
const bombRatio = 200;

/**
 * Unpacks gzip, also of several members. Everything that was unpacked in front of a fault is given before it.
 * @throws SourceError invalid_gzip (damaged, cut off, not gzip), compression_ratio
 */
export async function* gunzipBytes(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  const unpacked: Uint8Array[] = [];
  let taken = 0;
  let given = 0;
  let ended = false;
  let fault: Error | null = null;
  let wake = () => {};
  gunzip.on("data", (chunk: Uint8Array) => unpacked.push(chunk));
  gunzip.on("end", () => {
    ended = true;
    wake();
  });
  gunzip.on("error", (error) => {
    fault = error;
    wake();
  });
  const settled = (act: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      act(resolve);
    });
  const drain = function* (): Generator<Uint8Array> {
    for (const chunk of unpacked.splice(0)) {
      given += chunk.length;
      yield chunk;
    }
    if (fault !== null) throw broken(fault);
    if (given > bombFloor && given / taken > bombRatio) throw bomb(given, taken);
  };
  try {
    for await (const piece of steps(raw)) {
      taken += piece.length;
      await settled((done) => gunzip.write(piece, () => done()));
      yield* drain();
      if (ended) return; // what follows the last member is no gzip: gzip itself ignores it too
    }
    await settled(() => gunzip.end());
    yield* drain();
  } finally {
    gunzip.destroy();
  }
}

/** The same bytes in pieces of exactly one step, but for the last. */
async function* steps(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of raw) {
    const bytes =
      held.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([held, chunk]);
    let at = 0;
    for (; at + step <= bytes.length; at += step) yield bytes.subarray(at, at + step);
    held = bytes.subarray(at);
  }
  if (held.length > 0) yield held;
}

function broken(error: Error): SourceError {
  return new SourceError(
    "invalid_gzip",
    `The gzip file is damaged or cut off (${error.message}). Pack it again and repeat the upload.`,
  );
}

function bomb(given: number, taken: number): SourceError {
  return new SourceError(
    "compression_ratio",
    `The gzip file unpacks to more than ${Math.floor(given / taken)} times its size, which no contact file does. ` +
      "If it is a real one, upload it without gzip.",
  );
}
