import type { WebhookDisabled } from "./webhook.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** After the first, second, … failure in a row the next try is so many ms later; after further ones as after the last. */
const schedule = [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour];

/** An endpoint that has taken nothing for so long is switched off. */
const giveUpAfter = 5 * day;

/**
 * Until the next try, in ms: by the schedule, and up to a tenth longer, so that endpoints of one host do not come back at once.
 * @param failures in a row, 1 or more
 * @param random 0 to 1
 */
export function retryDelay(failures: number, random: number): number {
  const delay = schedule[Math.min(failures, schedule.length) - 1]!;
  return Math.round(delay * (1 + random / 10));
}

/** How a request ended: `status` is null where no answer came, `error` where all went well. */
export type PostOutcome = { status: number | null; error: string | null };

/**
 * Why an endpoint is switched off after a failure; null if it goes on.
 * @param failingSince when the first of the failures in a row was
 */
export function switchedOff(
  { status, error }: PostOutcome,
  failingSince: Date,
  now: Date,
): WebhookDisabled | null {
  const at = now.toISOString();
  if (status === 410) {
    return { code: "gone", message: "It answered 410 Gone: it wants no more requests.", at };
  }
  if (now.getTime() - failingSince.getTime() < giveUpAfter) return null;
  const message = `It has taken no request since ${failingSince.toISOString()}. The last one: ${error}`;
  return { code: "failing", message, at };
}
