import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { RateLimiterMemory } from "rate-limiter-flexible";

const windowSeconds = 60;

/** How an API names the headers that tell its callers what is left of their requests. */
export type LimitHeaders = "RateLimit" | "X-RateLimit";

/**
 * Counts the requests of each key, whatever the dialect: so many in the minute that its first one begins, as the account's plan
 * says. In memory, see docs/decisions/0015-requests-are-counted-in-memory.md.
 */
export class RequestLimit {
  // The limit is the plan's, and may change within the minute: the library only counts.
  readonly #counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds });

  /**
   * Takes one request off a key's minute; does nothing under a plan without a limit.
   * @param names those of the answer's headers
   * @param setHeader also called where the request is refused
   * @throws Refused rate_limited
   */
  async take(
    { keyId, requestsPerMinute: limit }: Pick<CallerScope, "keyId" | "requestsPerMinute">,
    names: LimitHeaders,
    setHeader: (name: string, value: string) => void,
  ): Promise<void> {
    if (limit === null) return;
    const { consumedPoints, msBeforeNext } = await this.#counter.consume(keyId);
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
    // In seconds from now, as the IETF's draft has it; the X- header has the time since 1970, as is the custom.
    const reset = names === "RateLimit" ? resetSeconds : Math.floor(Date.now() / 1000) + resetSeconds;
    setHeader(`${names}-Limit`, String(limit));
    setHeader(`${names}-Remaining`, String(Math.max(0, limit - consumedPoints)));
    setHeader(`${names}-Reset`, String(reset));
    if (consumedPoints <= limit) return;
    setHeader("Retry-After", String(resetSeconds));
    throw new Refused({ code: "rate_limited", limit, retryAfterSeconds: resetSeconds });
  }
}
