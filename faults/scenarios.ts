import type { Scenario } from "./scenario.ts";
import { apiKilled } from "./scenarios/api-killed.ts";
import { connectionsCut } from "./scenarios/connections-cut.ts";
import { deliveredTwice } from "./scenarios/delivered-twice.ts";
import { diskFull } from "./scenarios/disk-full.ts";
import { erasuresKilled } from "./scenarios/erasures-killed.ts";
import { eventsTold } from "./scenarios/events-told.ts";
import { followers } from "./scenarios/followers.ts";
import { oppositeOrders } from "./scenarios/opposite-orders.ts";
import { postgresKilled } from "./scenarios/postgres-killed.ts";
import { scoresRecomputed } from "./scenarios/scores-recomputed.ts";
import { searchesKilled } from "./scenarios/searches-killed.ts";
import { twoWorkers } from "./scenarios/two-workers.ts";
import { workerKilled } from "./scenarios/worker-killed.ts";
import { workerStopped } from "./scenarios/worker-stopped.ts";

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  workerKilled,
  postgresKilled,
  apiKilled,
  connectionsCut,
  twoWorkers,
  workerStopped,
  deliveredTwice,
  oppositeOrders,
  eventsTold,
  scoresRecomputed,
  searchesKilled,
  followers,
  erasuresKilled,
  diskFull,
];
