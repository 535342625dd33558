/** Milliseconds that something may take before the suite says that it never happened. */
const patienceMs = 180_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Seconds since a moment of `performance.now()`, with one decimal. */
export function secondsSince(moment: number): number {
  return Math.round((performance.now() - moment) / 100) / 10;
}

/**
 * Asks again until the answer is there. A question that fails, because what it asks is down at the moment, is asked again.
 * @throws Error naming `what` after three minutes
 */
export async function until<T>(what: string, ask: () => Promise<T | null>, everyMs = 10): Promise<T> {
  const giveUp = performance.now() + patienceMs;
  for (;;) {
    let trouble = "";
    const answer = await ask().catch((error: Error) => {
      trouble = error.message;
      return null;
    });
    if (answer !== null) return answer;
    if (performance.now() > giveUp) throw new Error(`This never happened: ${what}. ${trouble}`.trim());
    await pause(everyMs);
  }
}
