/** An epoch is an int4. */
const highest = 2 ** 31 - 1;

/** A step takes at most this part of what is left, so that there is room for thousands of restores. */
const steps = 1024;

/**
 * The epoch of the change feed for data that came from a backup: higher than the one in the backup, so that new changes stand
 * behind all that was restored, and another one for each restore, also of the same backup, so that a cursor shows which of them
 * gave it out. By chance and not by the clock: two restores at the same moment know nothing of each other, and meet once in
 * two million times.
 * @param before the highest epoch so far
 * @param random at least 0, below 1
 */
export function epochAfterRestore(before: number, random: number): number {
  return before + 1 + Math.floor((random * (highest - before)) / steps);
}
