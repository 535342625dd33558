import type { Scenario } from "./scenario.ts";
import { postgresKilled } from "./scenarios/postgres-killed.ts";
import { workerKilled } from "./scenarios/worker-killed.ts";

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [workerKilled, postgresKilled];
