import { liveWorkers } from "@roster/store/workers.ts";
import type { Deps } from "./deps.ts";

/** A worker reports every 5 s; one that missed this many seconds is not there. */
export const workerSilenceSeconds = 20;

/** Whether requests can be answered and jobs will run. */
export async function readiness(deps: Deps): Promise<{ database: boolean; worker: boolean }> {
  try {
    const workers = await liveWorkers(deps.sql, workerSilenceSeconds);
    return { database: true, worker: workers > 0 };
  } catch {
    return { database: false, worker: false };
  }
}
