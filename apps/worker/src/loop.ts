import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";

/** Between two turns, in ms: what writers leave behind is seen to within seconds. */
const pauseMs = 1000;

/** Does something again and again until the worker leaves. A turn that fails is logged, and the next one tries again. */
export async function keepDoing(
  work: () => Promise<unknown>,
  { log, leave, failed }: { log: Logger; leave: AbortSignal; failed: string },
): Promise<void> {
  while (!leave.aborted) {
    await work().catch((error: unknown) => log.warn({ err: error }, failed));
    await setTimeout(pauseMs, undefined, { signal: leave }).catch(() => {});
  }
}
