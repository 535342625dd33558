import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** A proxy before Postgres that can keep the news of a commit from whoever asked for it. */
export type CommitGate = {
  /** The database's address through the proxy. */
  url: string;
  /**
   * From now on: the next commit that is the one happens, and its connection hears nothing any more. Resolves when it has
   * happened.
   * @param isTheOne asked behind each commit, whose connection waits meanwhile
   */
  swallowNextCommit(isTheOne: () => Promise<boolean>): Promise<void>;
  close(): void;
};

/** CommandComplete with the tag COMMIT, as the protocol sends it. */
const committed = Buffer.from("C\0\0\0\x0bCOMMIT\0", "latin1");

export async function openCommitGate(databaseUrl: string): Promise<CommitGate> {
  let awaited: { isTheOne: () => Promise<boolean>; swallowed: () => void } | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connectTo(databaseUrl);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => other.destroy());
    }
    client.on("data", (bytes) => upstream.write(bytes));
    let silent = false;
    upstream.on("data", async (bytes) => {
      if (awaited !== null && bytes.includes(committed)) {
        upstream.pause();
        const { isTheOne, swallowed } = awaited;
        if (await isTheOne()) {
          silent = true;
          awaited = null;
          swallowed();
        }
        upstream.resume();
      }
      if (!silent) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    swallowNextCommit: (isTheOne) =>
      new Promise((resolve) => {
        awaited = { isTheOne, swallowed: resolve };
      }),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The test server listens on a unix socket or, where there are none, on a port. */
function connectTo(databaseUrl: string): Socket {
  const { searchParams, hostname, port } = new URL(databaseUrl);
  const dir = searchParams.get("host");
  return dir === null ? connect(Number(port), hostname) : connect(join(dir, ".s.PGSQL.5432"));
}
