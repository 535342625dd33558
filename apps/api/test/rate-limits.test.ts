import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import { changePlan } from "@roster/usecases/accounts/plans.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Reply, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
let accounts = 0;
beforeAll(async () => {
  api = await startApi();
  await changePlan(api.deps, "pro", { requestsPerMinute: 2 });
});
afterAll(() => api.close());

/** A key under a plan of two requests a minute. */
async function limitedKey(prefix: "sk" | "mc_live" = "sk"): Promise<string> {
  const { name } = await createAccount(api.deps, { name: `limited-${++accounts}`, plan: "pro" });
  return (await api.newKey({ account: name, tenant: "t", prefix })).key;
}

const names = (reply: Reply) =>
  [...reply.headers.keys()].filter((name) => /ratelimit|retry-after/.test(name)).toSorted();

it("off unless a plan has a limit: no header speaks of it", async () => {
  for (const path of ["/contacts", "/v1/contacts", "/v1/bulk/contacts", "/api/v1/contacts", "/v1/jobs"]) {
    const reply = await api.call("GET", path);
    expect([path, reply.status, names(reply)]).toEqual([path, 200, []]);
  }
});

const xHeaders = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] as const;
const headers = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] as const;
const text = expect.any(String);
const seconds = expect.any(Number);
const misar = { success: false, error: text, code: "rate_limited", retryAfter: seconds };

it.each([
  [
    "Plunk",
    "/contacts",
    "sk",
    xHeaders,
    {
      success: false,
      error: {
        code: "RATE_LIMIT_EXCEEDED",
        message: text,
        statusCode: 429,
        requestId: text,
        suggestion: text,
      },
      timestamp: text,
    },
  ],
  [
    "MailerDash",
    "/v1/bulk/contacts",
    "sk",
    headers,
    { error: { type: "rate_limit_error", code: "rate_limited", message: text } },
  ],
  ["Misar API v1", "/api/v1/contacts", "sk", xHeaders, misar],
  ["Misar API v1 under /mail", "/mail/api/v1/contacts", "sk", xHeaders, misar],
  ["the house", "/v1/contacts", "sk", xHeaders, misar],
  ["the house under /mail", "/mail/v1/jobs", "sk", xHeaders, misar],
  [
    "MailingCore",
    "/contacts",
    "mc_live",
    xHeaders,
    { statusCode: 429, message: text, path: "/contacts", timestamp: text },
  ],
] as const)(
  "429: %s says how many and when again, in its own headers and envelope",
  async (_api, path, prefix, expected, body) => {
    const key = await limitedKey(prefix);
    for (const remaining of ["1", "0"]) {
      const reply = await api.call("GET", path, { key });
      expect([reply.status, names(reply)]).toEqual([200, expected]);
      expect(reply.headers.get(expected[1])).toBe(remaining);
      expect(reply.headers.get(expected[0])).toBe("2");
    }
    const refused = await api.call("GET", path, { key });
    expect(refused.status).toBe(429);
    expect(names(refused)).toEqual([...expected, "retry-after"].toSorted());
    expect(refused.headers.get(expected[1])).toBe("0");
    const after = Number(refused.headers.get("retry-after"));
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(60);
    expect(refused.body).toEqual(body);
    if ("retryAfter" in body) expect(refused.body.retryAfter).toBe(after);
    const reset = Number(refused.headers.get(expected[2]));
    if (expected === headers) expect(reset).toBe(after);
    else expect(Math.abs(reset - after - Date.now() / 1000)).toBeLessThan(5);
  },
);

it("429: tRPC, where a batch of calls is one request", async () => {
  const key = await limitedKey();
  const batch = "/trpc/contacts.list,plan.get?batch=1&input=%7B%220%22%3A%7B%7D%7D";
  for (const remaining of ["1", "0"]) {
    const reply = await api.call("GET", batch, { key });
    expect([reply.status, names(reply)]).toEqual([200, xHeaders]);
    expect(reply.headers.get("x-ratelimit-remaining")).toBe(remaining);
  }
  const refused = await api.call("GET", "/trpc/plan.get", { key });
  expect(refused.status).toBe(429);
  expect(names(refused)).toEqual(["retry-after", ...xHeaders]);
  expect(refused.body.error.data).toMatchObject({
    code: "TOO_MANY_REQUESTS",
    refusal: "rate_limited",
    details: { limit: 2, retryAfterSeconds: Number(refused.headers.get("retry-after")) },
  });
});

it("a key has one minute over all doors, and another key of its account one of its own", async () => {
  const key = await limitedKey();
  const other = (await api.newKey({ account: `limited-${accounts}`, tenant: "t" })).key;
  await api.call("GET", "/v1/bulk/contacts", { key });
  await api.call("GET", "/trpc/plan.get", { key });
  expect((await api.call("GET", "/contacts", { key })).status).toBe(429);
  expect((await api.call("GET", "/contacts", { key: other })).status).toBe(200);
});

it("what is refused is not done, and an unknown key is still 401", async () => {
  const key = await limitedKey();
  for (let n = 0; n < 4; n++) {
    await api.call("POST", "/contacts", { key, json: { email: `p${n}@example.com` } });
  }
  const [row] = await api.deps.sql`select count(*)::int as n from contacts where email like 'p_@example.com'`;
  expect(row!.n).toBe(2);
  expect((await api.call("GET", "/v1/contacts", { key: "sk_unknown" })).status).toBe(401);
  expect((await api.call("GET", "/v1/contacts", { key: null })).status).toBe(401);
});

it("64 requests at once: exactly as many are answered as the plan has", async () => {
  await changePlan(api.deps, "free", { requestsPerMinute: 40 });
  await createAccount(api.deps, { name: "rush", plan: "free" });
  const { key } = await api.newKey({ account: "rush", tenant: "t" });
  const replies = await Promise.all(Array.from({ length: 64 }, () => api.call("GET", "/contacts", { key })));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(40);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(24);
});
