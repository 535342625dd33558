/** 2026-01-01: an int4 holds the seconds since then for 68 years. */
const beginning = Date.UTC(2026, 0, 1);

/**
 * The epoch of the change feed for data that came from a backup: higher than the one in the backup, so that new changes stand
 * behind all that was restored, and another one for each restore, also of the same backup, so that a cursor shows which of them
 * gave it out.
 * @param before the highest epoch so far
 */
export function epochAfterRestore(before: number, now: Date): number {
  return Math.max(before + 1, Math.floor((now.getTime() - beginning) / 1000));
}
