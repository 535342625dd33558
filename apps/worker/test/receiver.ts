import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// biome-ignore lint/suspicious/noExplicitAny: what a request holds is what the tests find out
export type Received = { id: string; body: any };

/** A server that receives, with what came. */
export type Receiver = {
  url: string;
  port: number;
  received: Received[];
  /** Waits until so many requests have come. */
  got(requests: number): Promise<Received[]>;
  close(): Promise<void>;
};

/** @param answer what is answered to the request of this number, from 1; left out, 204 */
export async function startReceiver(
  answer: (res: ServerResponse, n: number, req: IncomingMessage) => void = (res) => res.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    received.push({
      id: String(req.headers["webhook-id"]),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    answer(res, received.length, req);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    async got(requests) {
      while (received.length < requests) await new Promise((resolve) => setTimeout(resolve, 20));
      return received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
