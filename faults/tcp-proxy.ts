import { once } from "node:events";
import { connect, createServer, type NetConnectOpts, type Socket } from "node:net";

/** Stands between a client and a server, and can be asked to misbehave. */
export type TcpProxy = {
  port: number;
  /** Cuts every connection in the middle, both ways, without a goodbye. @returns how many there were */
  cut(): number;
  /** Keeps back what the server says from now on, or lets it through again. */
  holdAnswers(held: boolean): void;
  /** Called with the number of bytes that clients have sent since it was set. */
  onSent(listener: ((bytes: number) => void) | null): void;
  close(): Promise<void>;
};

/** @param target where the server listens */
export async function startProxy(target: NetConnectOpts): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let held = false;
  let sent = 0;
  let listener: ((bytes: number) => void) | null = null;
  const keep = (socket: Socket, other: () => Socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    // A cut is what this is for: nobody has to hear of it.
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      other().destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    keep(client, () => upstream);
    keep(upstream, () => client);
    client.on("data", (bytes) => {
      sent += bytes.length;
      listener?.(sent);
      if (!upstream.write(bytes)) {
        client.pause();
        upstream.once("drain", () => client.resume());
      }
    });
    upstream.on("data", (bytes) => {
      if (!held) client.write(bytes);
    });
    client.on("end", () => upstream.end());
    upstream.on("end", () => client.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    const { size } = sockets;
    for (const socket of [...sockets]) {
      // A unix socket cannot be reset: closed without a word is as near as it gets.
      if (socket.remoteFamily === undefined) socket.destroy();
      else socket.resetAndDestroy();
    }
    return size / 2;
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    holdAnswers(now) {
      held = now;
    },
    onSent(next) {
      sent = 0;
      listener = next;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}

/** A proxy in front of a PostgreSQL, with its address for whoever is to go through it. */
export async function startDatabaseProxy(databaseUrl: string): Promise<TcpProxy & { url: string }> {
  const url = new URL(databaseUrl);
  const socketDir = url.searchParams.get("host");
  const port = Number(url.port || 5432);
  const proxy = await startProxy(
    socketDir === null ? { host: url.hostname, port } : { path: `${socketDir}/.s.PGSQL.${port}` },
  );
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  return { ...proxy, url: url.href };
}
