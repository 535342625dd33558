import { eventAgeDays } from "@roster/domain/events/event-input.ts";
import { dropEventMonths, makeEventMonths } from "@roster/store/events/event-months.ts";
import { sweepEventIds } from "@roster/store/events/event-write.ts";
import type { Deps } from "../deps.ts";

/** Months that are made before they come: so many days without a worker do no harm, and after that they are made on demand. */
const monthsAhead = 2;

/**
 * Imports judge an event's age by when they were started, and may be worked on later: for so many days its id must still be
 * known.
 */
const spareDays = 10;

/**
 * Makes the partitions of the months that come, and drops those of the events that are too old: what they come to stays.
 * @param keepMonths whole months before the present one, at least 4: of 90 days events are still taken
 * @returns the months that were dropped
 */
export async function keepEventMonths(deps: Deps, keepMonths: number): Promise<string[]> {
  const now = deps.now();
  const month = (n: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n));
  await makeEventMonths(
    deps.sql,
    Array.from({ length: monthsAhead + 1 }, (_, n) => month(n)),
  );
  return dropEventMonths(deps.sql, month(-keepMonths));
}

/** Forgets the ids of events that are refused for their age by now. @returns how many */
export async function removeOldEventIds(deps: Deps): Promise<number> {
  return sweepEventIds(deps.sql, eventAgeDays + spareDays);
}
