/** What the network, PostgreSQL and its client call it: an end of the connection, or of the server. */
const codes = new Set([
  "ECONNRESET",
  "EPIPE",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "57P01",
  "57P02",
  "57P03",
  "CONNECTION_CLOSED",
]);

/** Whether somebody could not be told something only because the connection to PostgreSQL was lost. */
export function isLostConnection(error: unknown): boolean {
  const { code, syscall, message } = error as { code?: string; syscall?: string; message?: string };
  if (code === undefined) return message?.startsWith("Connection terminated") ?? false;
  // The socket's file is gone for a moment while the server starts.
  return codes.has(code) || (code === "ENOENT" && syscall === "connect");
}
