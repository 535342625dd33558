import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export type RunningServer = {
  /** The port it listens on, also where 0 was asked for. */
  port: number;
  /** Takes no more requests, lets those that run finish for up to `graceMs` milliseconds, then cuts them off. */
  close(graceMs: number): Promise<void>;
};

/** A silent connection is closed after this; an upload may take hours as long as bytes keep coming. */
const idleMs = 120_000;

/**
 * Serves `app` on an address.
 * @throws what listen throws: EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export async function serve(
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(app);
  server.headersTimeout = 30_000;
  // Node's 300 s for a whole request would cut a 1 GB upload on a slow line.
  server.requestTimeout = 0;
  server.setTimeout(idleMs);
  // Longer than the 60 s of common proxies, so that a proxy never sends into a connection that is being closed.
  server.keepAliveTimeout = 65_000;

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
