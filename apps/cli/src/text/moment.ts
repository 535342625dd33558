/** A time, also in ISO 8601, for a table, in UTC: the day and the minute; – for none. */
export function minuteOf(time: Date | string | null): string {
  return time === null ? "–" : new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

/** The day of a time, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
