import { describe, expect, test } from "vitest";
import { WebhookEvents, WebhookUrl } from "./webhook.ts";
import { retryDelay, switchedOff } from "./webhook-retry.ts";

test.each([
  "https://example.com",
  "https://example.com/roster?tenant=1",
  "http://127.0.0.1:8080/hook",
  "https://[2001:db8::1]/x",
])("an endpoint's address: %s", (url) => expect(WebhookUrl.safeParse(url).success).toBe(true));

test.each([
  "",
  "example.com",
  "ftp://example.com",
  "https://",
  "https://user:pw@example.com",
  "https://example.com/#top",
  "https://example.com/a b",
  "https://example.com\\@evil.example",
  `https://example.com/${"x".repeat(2048)}`,
])("no endpoint's address: %s", (url) => expect(WebhookUrl.safeParse(url).success).toBe(false));

test("events are known, and each is named once", () => {
  expect(WebhookEvents.safeParse(["contact.created", "import.completed"]).success).toBe(true);
  for (const events of [[], ["contact.created", "contact.created"], ["contact.opened"]]) {
    expect(WebhookEvents.safeParse(events).success).toBe(false);
  }
});

describe("a request that fails", () => {
  const minutes = (n: number) => n * 60_000;

  test("is tried again after 5 s, 30 s, 2, 10 and 30 min, 1, 2 and then always 4 h, and up to a tenth more", () => {
    const delays = Array.from({ length: 10 }, (_, n) => retryDelay(n + 1, 0) / 60_000);
    expect(delays).toEqual([1 / 12, 0.5, 2, 10, 30, 60, 120, 240, 240, 240]);
    expect(retryDelay(1, 1)).toBe(5500);
  });

  test("switches its endpoint off after five days without any that was taken, or at once by 410", () => {
    const since = new Date("2026-01-01T00:00:00Z");
    const failure = { status: 500, error: "It answered 500." };
    const later = (ms: number) => new Date(since.getTime() + ms);
    const limit = minutes(5 * 24 * 60);
    expect(switchedOff(failure, since, later(limit - 1))).toBeNull();
    expect(switchedOff(failure, since, later(limit))).toEqual({
      code: "failing",
      message: "It has taken no request since 2026-01-01T00:00:00.000Z. The last one: It answered 500.",
      at: "2026-01-06T00:00:00.000Z",
    });
    expect(switchedOff({ status: 410, error: "" }, since, since)?.code).toBe("gone");
  });
});
