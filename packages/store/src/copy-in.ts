import type postgres from "postgres";

/**
 * Sends `text` to a `copy … from stdin` and waits until Postgres has taken it.
 * @throws what Postgres says against a row, and the loss of the connection
 */
export async function copyIn(copy: postgres.PendingQuery<postgres.Row[]>, text: string): Promise<void> {
  const { promise: taken, resolve, reject } = Promise.withResolvers<void>();
  const stream = await copy.writable();
  // postgres.js lets go of the stream with its last byte. What comes afterwards, a unique violation or the end of the
  // connection, it tells to the query alone, whose promise has long been resolved: the stream would wait for ever.
  (copy as unknown as { reject: (error: Error) => void }).reject = reject;
  stream.once("error", reject);
  stream.once("finish", resolve);
  stream.end(text);
  await taken;
}
