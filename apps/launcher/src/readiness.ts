import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 50;
const IMPATIENT_MS = 30_000;

/** The address under which this machine reaches a server that listens on `host`. */
export function addressOf({ host, port }: { host: string; port: number }): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * Waits until GET /readyz answers 200, for as long as it takes; every 30 s it says what is missing.
 *
 * @param over ends the waiting.
 */
export async function waitUntilReady(
  address: string,
  over: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  let told = Date.now();
  while (!over.aborted) {
    const state = await ask(address, over);
    if (state === null) return;
    if (Date.now() - told > IMPATIENT_MS) {
      told = Date.now();
      say(`Still waiting for ${address}/readyz: ${state}`);
    }
    await delay(POLL_MS);
  }
}

async function ask(address: string, over: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(`${address}/readyz`, {
      signal: AbortSignal.any([over, AbortSignal.timeout(5000)]),
    });
    if (answer.status === 200) {
      await answer.body?.cancel();
      return null;
    }
    return `${answer.status} ${(await answer.text()).slice(0, 300)}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
