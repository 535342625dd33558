import { z } from "zod";

const dayMs = 86_400_000;

/** Most days that a relative time may be away: a hundred years. */
const mostDays = 36_500;

const Days = z.int().min(0).max(mostDays, `At most ${mostDays} days.`);

/** A time that moves with the clock: so many times 24 hours before or behind the moment at which a segment is evaluated. */
export const RelativeTime = z.union([z.strictObject({ daysAgo: Days }), z.strictObject({ daysAhead: Days })]);
export type RelativeTime = z.infer<typeof RelativeTime>;

// 29 February is in the leap years alone.
const leapYear = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)";
const date =
  "(?:[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))" +
  `|${leapYear}-02-29)`;
const clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?";
const zone = "(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])";

/**
 * The texts that are days or times, of the years 1000 to 2999: `2026-01-31`, `2026-01-31T12:00Z`, `2026-01-31 12:00:00.5+01:00`;
 * without a zone they are UTC's. JavaScript and PostgreSQL read them the same, and take the same ones: no cast of them fails.
 */
export const dayPattern = `^${date}$`;
export const timePattern = `^${date}[T ]${clock}${zone}?$`;

const isDay = new RegExp(dayPattern);
const isTime = new RegExp(timePattern);

/** A day's beginning, or a time to the millisecond, in ms since 1970; null for any other text. */
export function readTimeText(text: string): number | null {
  if (isDay.test(text)) return beginningOf(text);
  if (!isTime.test(text)) return null;
  const [, time, fraction = "", sign, hours, minutes] =
    /^.{10}.([0-9:]{5,8})(?:\.([0-9]+))?(?:Z|([+-])(..):?(..))?$/.exec(text)!;
  const [h, m, s = "0"] = time!.split(":");
  const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return beginningOf(text) + ((Number(h) * 60 + Number(m) - offset) * 60 + Number(s)) * 1000 + ms;
}

function beginningOf(text: string): number {
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10)));
}

/** A stretch of time in ms since 1970, from its beginning (in it) to its end (not in it); null is open. */
export type Stretch = { from: number | null; until: number | null };

/**
 * The times that a rule means. A day is all of it, in UTC: `before` it ends with its beginning, `after` it begins with its end.
 * A relative time is a moment for `before` and `after`, and for `equals` the day in which it lies.
 * @param value a text that `readTimeText` reads, or a relative time
 */
export function stretchOf(
  operator: "equals" | "before" | "after",
  value: string | RelativeTime,
  now: number,
): Stretch {
  const { from, until } = asStretch(operator, value, now);
  if (operator === "before") return { from: null, until: from };
  if (operator === "after") return { from: until, until: null };
  return { from, until };
}

function asStretch(operator: string, value: string | RelativeTime, now: number) {
  if (typeof value === "string") {
    const from = readTimeText(value)!;
    return { from, until: from + (isDay.test(value) ? dayMs : 1) };
  }
  const at = now + ("daysAgo" in value ? -value.daysAgo : value.daysAhead) * dayMs;
  if (operator !== "equals") return { from: at, until: at + 1 };
  const from = Math.floor(at / dayMs) * dayMs;
  return { from, until: from + dayMs };
}

/** Whether a rule's value is a relative time. */
export function isRelativeTime(value: unknown): value is RelativeTime {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
