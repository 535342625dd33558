import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** The address cannot be served: one line that says which and how to mend it. */
export class PortRefused extends Error {}

/** An API that has lost its launcher by kill -9 needs a moment to leave. */
const LEAVING_MS = 3000;

/**
 * Looks whether the API will be able to listen, before anything is started for it.
 *
 * @throws PortRefused when the port is still taken after 3 s, not allowed, or the host is not this machine's.
 */
export async function checkPort({ host, port }: { host: string; port: number }): Promise<void> {
  const giveUp = Date.now() + LEAVING_MS;
  for (;;) {
    const code = await tryListen(host, port);
    if (code === null) return;
    if (code !== "EADDRINUSE" || Date.now() > giveUp) throw new PortRefused(reason(code, host, port));
    await delay(200);
  }
}

function tryListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}

function reason(code: string, host: string, port: number): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is in use by another program. Stop that program, or set PORT to a free port.`;
  }
  if (code === "EACCES") {
    return `Port ${port} on ${host} is not allowed for this user. Set PORT to a port above 1023.`;
  }
  return `The address ${host}, port ${port}, cannot be used (${code}). Set HOST to an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
}
