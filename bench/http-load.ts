import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";

/** Clients that ask one after the other, at the same time as each other. */
export const connections = 32;

export type Load = { perSecond: number; p50: number; p99: number };

/** What is asked for: an address of a server, or the next request for each call. */
export type Target = {
  url: string;
  headers?: Record<string, string>;
  next?: () => { method: "GET" | "PUT"; path: string; body?: string };
};

/**
 * Asks for some seconds as fast as the answers come.
 * @returns requests per second and their times in milliseconds
 * @throws where any answer is not one of success: it would be quicker than the work
 */
export async function load({ url, headers = {}, next }: Target, seconds: number): Promise<Load> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers,
    ...(next === undefined
      ? {}
      : { requests: [{ setupRequest: (request: autocannon.Request) => ({ ...request, ...next() }) }] }),
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new Error(`${bad} of ${result.requests.total} requests to ${url} failed.`);
  const { p50, p99 } = result.latency;
  return { perSecond: Math.round(result.requests.total / result.duration), p50, p99 };
}

/** Starts an Express server with one empty route, in a process of its own as the API is. */
export async function startEmptyExpress(): Promise<{ url: string; stop(): void }> {
  const child = fork(join(import.meta.dirname, "empty-express.ts"));
  const [port] = await once(child, "message");
  return { url: `http://127.0.0.1:${port}/`, stop: () => child.disconnect() };
}
