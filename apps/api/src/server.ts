import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Logger } from "pino";
import { answerBroken, headBytes } from "./broken-request.ts";

export type RunningServer = {
  /** The port it listens on, also where 0 was asked for. */
  port: number;
  /** Takes no more requests, lets those that run finish for up to `graceMs` milliseconds, then cuts them off. */
  close(graceMs: number): Promise<void>;
};

/** How long clients are waited for, in ms. */
export type Patience = {
  /** For the whole head of a request. */
  head: number;
  /** For the next byte, in either direction: an upload may take hours as long as some come. */
  silence: number;
  /** For the rest of a body that was answered before its end. */
  rest: number;
};

const usualPatience: Patience = { head: 30_000, silence: 120_000, rest: 10_000 };

/**
 * Serves `app` on an address.
 * @throws what listen throws: EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export async function serve(
  app: RequestListener,
  options: { host: string; port: number; logger: Logger; patience?: Patience },
): Promise<RunningServer> {
  const { host, port, logger, patience = usualPatience } = options;
  const answers = new WeakMap<Socket, ServerResponse>();
  let closing = false;
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    if (req.headers.host === undefined && req.httpVersion === "1.1") {
      return answerBroken(req.socket, "MISSING_HOST", logger);
    }
    answers.set(req.socket, res);
    if (closing) res.setHeader("Connection", "close");
    res.once("finish", () => dropRest(req, patience.rest));
    app(req, res);
  };
  const server = createServer(
    {
      maxHeaderSize: headBytes,
      headersTimeout: patience.head,
      // Node's 300 s for a whole request would cut a 1 GB upload on a slow line.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5000, patience.head),
      // Longer than the 60 s of common proxies, so that a proxy never sends into a connection that is being closed.
      keepAliveTimeout: 65_000,
      // Node would answer without an id.
      requireHostHeader: false,
    },
    listener,
  );
  server.setTimeout(patience.silence);
  // An expectation that nobody knows is none; Node would answer 417 without an id.
  server.on("checkExpectation", listener);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const answer = answers.get(socket);
    const begun = answer?.headersSent === true && !answer.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable || begun) return void socket.destroy();
    answerBroken(socket, error.code, logger);
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) =>
      new Promise((resolve) => {
        closing = true;
        // close() drops only the connections that are idle now: those that finish later would linger for keepAliveTimeout.
        const reap = setInterval(() => server.closeIdleConnections(), 50);
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearInterval(reap);
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

/** Whoever was answered in the middle of a body may finish it, because the next request follows behind it; but not for ever. */
function dropRest(req: IncomingMessage, restMs: number): void {
  if (req.complete || req.destroyed) return;
  const cut = setTimeout(() => req.socket.destroy(), restMs);
  for (const end of ["end", "close"]) req.once(end, () => clearTimeout(cut));
}
