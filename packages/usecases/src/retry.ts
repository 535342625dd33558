import { Refused } from "@roster/domain/refusal.ts";
import { Raced } from "@roster/store/contacts/contact-write.ts";

/** Postgres' codes for "somebody was in the way": unique violation, deadlock, serialisation, lock timeout. */
const contention = new Set(["23505", "40P01", "40001", "55P03"]);

/** Attempts before a caller is told to come back: eight writers of one contact need up to eight turns. */
const attemptLimit = 12;

export function isContention(error: unknown): boolean {
  if (error instanceof Raced) return true;
  return contention.has((error as { code?: string } | null)?.code ?? "");
}

/**
 * Reads, decides and writes again for as long as somebody else is in the way. `attempt` must begin a transaction of its
 * own each time.
 * @throws Refused busy after twelve attempts
 */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (n >= attemptLimit) throw new Refused({ code: "busy", retryAfterSeconds: 1 });
      // The first repeat at once: after a unique violation the other's row is there already.
      if (n > 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** Math.min(n, 6)));
    }
  }
}
