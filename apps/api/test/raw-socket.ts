import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection to an address such as http://127.0.0.1:4400, on which nothing is said yet. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}

/** All that the other side has said when it closes the connection. */
export function closed(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  // Who writes into a connection that is being closed is told so; that is no failure of the test.
  socket.on("error", () => {});
  return new Promise((resolve) => socket.once("close", () => resolve(text)));
}
