import { pipeline } from "node:stream/promises";
import type postgres from "postgres";

/**
 * Sends chunks to a `copy … from stdin` and waits until Postgres has taken them.
 * @throws what Postgres says against a row, and the loss of the connection
 */
export async function copyIn(
  copy: postgres.PendingQuery<postgres.Row[]>,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const { promise: taken, resolve, reject } = Promise.withResolvers<void>();
  const stream = await copy.writable();
  // postgres.js lets go of the stream with its last byte. What comes afterwards, a unique violation or the end of the
  // connection, it tells to the query alone, whose promise has long been resolved: the stream would wait for ever.
  (copy as unknown as { reject: (error: Error) => void }).reject = reject;
  pipeline(chunks, stream).then(resolve, reject);
  await taken;
}
