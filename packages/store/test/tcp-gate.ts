import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A way over TCP to the server of the tests, which listens on a unix socket alone. */
export type TcpGate = {
  url: string;
  /** Cuts what goes through, and lets nobody in. @param reset with a reset, which is an error, and not an end */
  shut(reset: boolean): void;
  open(): Promise<void>;
};

export async function openGate(databaseUrl: string): Promise<TcpGate> {
  const url = new URL(databaseUrl);
  const path = `${url.searchParams.get("host")}/.s.PGSQL.${url.port || 5432}`;
  const clients = new Set<Socket>();
  let server: Server;
  const open = async (port = 0) => {
    server = createServer((client) => {
      const upstream = connect({ path });
      clients.add(client);
      client.on("error", () => {}).on("close", () => upstream.destroy());
      upstream.on("error", () => {}).on("close", () => client.destroy());
      client.pipe(upstream).pipe(client);
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as { port: number }).port;
  };
  const port = await open();
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    shut(reset) {
      server.close();
      for (const client of clients) reset ? client.resetAndDestroy() : client.destroy();
      clients.clear();
    },
    async open() {
      await open(port);
    },
  };
}
