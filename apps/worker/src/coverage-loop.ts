import { setTimeout } from "node:timers/promises";
import { addUpCoverage } from "@roster/usecases/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import type { Logger } from "pino";

/** A read adds what is not added up yet by itself: so much of it must not become much. */
const pauseMs = 1000;

/** Adds up what writes left of the numbers by field and locale, until the worker leaves. */
export async function keepCovered(deps: Deps, log: Logger, leave: AbortSignal): Promise<void> {
  while (!leave.aborted) {
    try {
      await addUpCoverage(deps, leave);
    } catch (error) {
      log.warn({ err: error }, "coverage could not be added up");
    }
    await setTimeout(pauseMs, undefined, { signal: leave }).catch(() => {});
  }
}
