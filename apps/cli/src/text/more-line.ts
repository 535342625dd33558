/** So many are shown at most; the server sends no longer page. */
export const mostShown = 1000;

/**
 * How to see what a table left out, as a sentence.
 * @param limit so many are shown
 * @param elsewhere a command that has all of them, if there is one
 * @param there how many there are in all
 */
export function moreLine(limit: number, elsewhere?: string, there = "more"): string {
  const ways = [
    ...(limit < mostShown ? [`--limit ${Math.min(limit * 2, mostShown)}`] : []),
    ...(elsewhere === undefined ? [] : [elsewhere]),
  ];
  const how = ways.length === 0 ? "" : `: ${ways.join(", or ")}`;
  return there === "more" && how === "" ? `There are more than ${mostShown}.` : `There are ${there}${how}`;
}
