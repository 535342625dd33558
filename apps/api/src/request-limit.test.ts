import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LimitHeaders, RequestLimit } from "./request-limit.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-06-01T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const caller = (keyId: string, requestsPerMinute: number | null): CallerScope => ({
  accountId: "a",
  tenantId: "t",
  tenantSlug: "t",
  keyId,
  granted: ["contacts"],
  contactLimit: null,
  bulkImport: true,
  requestsPerMinute,
});

async function taken(limit: RequestLimit, by: CallerScope, names: LimitHeaders = "RateLimit") {
  const headers: Record<string, string> = {};
  const refusal = await limit
    .take(by, names, (name, value) => {
      headers[name] = value;
    })
    .then(
      () => null,
      (error: unknown) => (error instanceof Refused ? error.refusal : error),
    );
  return { headers, refusal };
}

test("a key gets its requests of a minute and no more, and all of them anew in the next", async () => {
  const limit = new RequestLimit();
  const key = caller("k", 3);
  for (const remaining of ["2", "1", "0"]) {
    const { headers, refusal } = await taken(limit, key);
    expect(refusal).toBeNull();
    expect(headers).toEqual({
      "RateLimit-Limit": "3",
      "RateLimit-Remaining": remaining,
      "RateLimit-Reset": "60",
    });
  }
  vi.advanceTimersByTime(17_500);
  expect(await taken(limit, key)).toEqual({
    refusal: { code: "rate_limited", limit: 3, retryAfterSeconds: 43 },
    headers: {
      "RateLimit-Limit": "3",
      "RateLimit-Remaining": "0",
      "RateLimit-Reset": "43",
      "Retry-After": "43",
    },
  });
  vi.advanceTimersByTime(42_500);
  expect((await taken(limit, key)).headers["RateLimit-Remaining"]).toBe("2");
});

test("each key has its own minute, and a plan without a limit is told nothing", async () => {
  const limit = new RequestLimit();
  await taken(limit, caller("k", 1));
  expect((await taken(limit, caller("k", 1))).refusal).not.toBeNull();
  expect((await taken(limit, caller("other", 1))).refusal).toBeNull();
  expect(await taken(limit, caller("free", null))).toEqual({ refusal: null, headers: {} });
});

test("another limit counts at once, for what was sent already too", async () => {
  const limit = new RequestLimit();
  for (let n = 0; n < 5; n++) await taken(limit, caller("k", 5));
  expect((await taken(limit, caller("k", 5))).refusal).not.toBeNull();
  expect((await taken(limit, caller("k", 8))).headers["RateLimit-Remaining"]).toBe("1");
  expect((await taken(limit, caller("k", 2))).refusal).not.toBeNull();
});

test("X-RateLimit-Reset is a time since 1970", async () => {
  const { headers } = await taken(new RequestLimit(), caller("k", 1), "X-RateLimit");
  expect(headers["X-RateLimit-Reset"]).toBe(String(Date.parse("2026-06-01T12:01:00Z") / 1000));
});
