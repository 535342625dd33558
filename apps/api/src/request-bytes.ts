import type { IncomingMessage } from "node:http";

/**
 * A request's bytes as they come, pulled by a consumer that may stop early. The iterator of a stream would destroy it
 * then, and with it the connection over which the refusal is to be told. What is left is read and dropped: Node does
 * that only for a body that nobody touched, and the next request on the connection would wait behind it for ever.
 */
export async function* requestBytes(req: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* req.iterator({ destroyOnReturn: false });
  } finally {
    req.resume();
  }
}
