import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const path = "/v1/contacts/health";
const get = (at: string) => api.house("GET", `${path}/${at}`);
const post = (at: string, json?: Json, headers = {}) =>
  api.house("POST", `${path}/${at}`, { ...(json && { json }), headers });

/** Runs it to its end. @returns the run's id */
async function run(): Promise<string> {
  const { status, body } = await post("run");
  expect([status, body]).toEqual([
    202,
    { success: true, data: { jobId: expect.any(String), status: "queued" } },
  ]);
  await api.work(body.data.jobId, tenantId);
  return body.data.jobId;
}

const engage = (email: string, sent: number) => api.deps.sql`
  insert into engagement (tenant_id, contact_id, sent)
  select tenant_id, id, ${sent} from contacts where tenant_id = ${tenantId} and email = ${email}`;

describe("POST /v1/contacts/health/run", () => {
  it("202 without a body and with an empty one; the run that has not ended is answered; it is a job like others", async () => {
    await api.created({ email: "ann@acme.com" });
    const first = await post("run");
    const again = await post("run", {});
    expect(again.body.data).toEqual({ jobId: first.body.data.jobId, status: "queued" });
    const { jobId } = first.body.data;
    expect((await get("stats")).body.data.runningJobId).toBe(jobId);
    await api.work(jobId, tenantId);
    expect((await api.house("GET", `/v1/jobs/${jobId}`)).body.data).toMatchObject({
      kind: "health",
      state: "completed",
      processed: 1,
      undoable: false,
      retryable: false,
    });
    expect((await api.house("GET", "/v1/jobs?kind=health")).body.data).toHaveLength(1);
  });

  it("once for an Idempotency-Key, also behind the end of the run", async () => {
    const key = { "Idempotency-Key": "health-1" };
    const first = await post("run", {}, key);
    await api.work(first.body.data.jobId, tenantId);
    const again = await post("run", {}, key);
    expect([again.body, again.headers.get("Idempotent-Replayed")]).toEqual([first.body, "true"]);
  });

  it("400: options that it does not have are named", async () => {
    const { status, body } = await post("run", { dns: true });
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, ["dns"]]);
  });
});

it("GET stats, runs, unengaged, findings and their export: before the first run, and after it", async () => {
  await api.created({ email: "ann@acme.com" });
  await api.created({ email: "bob@gmal.com", firstName: "=Bob" });
  const idle = await api.created({ email: "idle@acme.com" });
  await api.created({ email: "gone@acme.com", status: "bounced" });
  await engage("idle@acme.com", 7);
  const before = (await get("stats")).body.data;
  expect(before).toMatchObject({ totalContacts: 4, activeContacts: 3, bouncedCount: 1, lastRunAt: null });
  expect((await get("unengaged")).body).toEqual({
    success: true,
    data: [],
    cursor: null,
    hasMore: false,
    runId: null,
  });
  const empty = await get("findings/export");
  expect(empty.text).toBe("id,email,status,class,reasons,suggestion,lastOpenedAt\n");

  const runId = await run();
  const { data } = (await get("stats")).body;
  expect(Object.keys(data).slice(0, 4)).toEqual([
    "totalContacts",
    "activeContacts",
    "bouncedCount",
    "complainedCount",
  ]);
  expect(data).toMatchObject({
    totalContacts: 4,
    healthScore: 50,
    lastRunId: runId,
    unengagedCount: 1,
    riskyCount: 1,
    invalidCount: 0,
    healthyCount: 2,
    reasons: { likely_typo: 1, never_opened: 1, syntax: 0 },
  });
  expect((await get("unengaged")).body).toMatchObject({
    runId,
    data: [{ ...idle, class: "unengaged", reasons: ["never_opened"], lastOpenedAt: null }],
  });
  const risky = (await get("findings?class=risky")).body.data;
  expect(risky).toMatchObject([
    { email: "bob@gmal.com", suggestion: "bob@gmail.com", reasons: ["likely_typo"] },
  ]);
  const file = await get("findings/export?reason=likely_typo");
  expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(file.headers.get("content-disposition")).toContain("health-findings.csv");
  expect(file.text.split("\n")[1]).toBe(
    `${risky[0].id},bob@gmal.com,active,risky,likely_typo,bob@gmail.com,`,
  );

  const second = await run();
  const runs = (await get("runs?limit=1")).body;
  expect(runs).toMatchObject({ hasMore: true, data: [{ id: second, healthScore: 50, contacts: 4 }] });
  expect((await get(`runs?cursor=${runs.cursor}`)).body).toMatchObject({
    hasMore: false,
    data: [{ id: runId }],
  });
  expect((await api.house("GET", "/mail/v1/contacts/health/stats")).body.data.lastRunId).toBe(second);
});

it("pages are walked to their end, each contact once, by one run", async () => {
  for (let n = 0; n < 5; n++) await api.created({ email: `p${n}@gmal.com` });
  await run();
  const seen: string[] = [];
  for (let query = "limit=2"; ; ) {
    const { body } = await get(`findings?${query}`);
    seen.push(...body.data.map(({ email }: Json) => email));
    if (!body.hasMore) break;
    query = `limit=2&cursor=${body.cursor}`;
  }
  expect(seen.sort()).toEqual(["p0@gmal.com", "p1@gmal.com", "p2@gmal.com", "p3@gmal.com", "p4@gmal.com"]);
});

describe("POST /v1/contacts/health/apply", () => {
  it("202: a job tags them, or unsubscribes them", async () => {
    await api.created({ email: "bob@gmal.com" });
    await api.created({ email: "ann@acme.com" });
    await run();
    const tagged = await post("apply", { reason: "likely_typo", action: "tag", tag: " typo " });
    expect([tagged.status, tagged.body.data.status]).toEqual([202, "queued"]);
    await api.work(tagged.body.data.jobId, tenantId);
    const left = await post("apply", { class: "risky", action: "unsubscribe" });
    await api.work(left.body.data.jobId, tenantId);
    const { data } = (await api.house("GET", "/v1/contacts?sort=email")).body;
    expect(data.map(({ email, tags, status }: Json) => [email, tags, status])).toEqual([
      ["ann@acme.com", [], "active"],
      ["bob@gmal.com", ["typo"], "unsubscribed"],
    ]);
  });

  it("404: before the first run, of another tenant's run, and of none", async () => {
    await api.created({ email: "bob@gmal.com" });
    const action = { class: "risky", action: "unsubscribe" };
    expect((await post("apply", action)).status).toBe(404);
    const runId = await run();
    tenantId = await api.freshTenant();
    await run();
    for (const id of [runId, "x"]) expect((await post("apply", { ...action, runId: id })).status).toBe(404);
    expect((await get(`findings?runId=${runId}`)).status).toBe(404);
  });

  it.each([
    [{ action: "unsubscribe" }, "class"],
    [{ class: "risky", reason: "no_mx", action: "unsubscribe" }, "class"],
    [{ class: "healthy", action: "unsubscribe" }, "class"],
    [{ reason: "nonsense", action: "unsubscribe" }, "reason"],
    [{ class: "risky", action: "delete" }, "action"],
    [{ class: "risky", action: "tag" }, "tag"],
    [{ class: "risky", action: "tag", tag: " " }, "tag"],
    [{ class: "risky", action: "unsubscribe", tag: "x" }, "tag"],
    [{ class: "risky", action: "unsubscribe", dryRun: true }, "dryRun"],
  ])("400: %j", async (json, field) => {
    const { status, body } = await post("apply", json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, [field]]);
  });
});

it.each([
  "findings?class=healthy",
  "findings?reason=x",
  "findings?limit=0",
  "findings?cursor=x",
  "runs?page=1",
  "unengaged?class=risky",
])("400: %s", async (query) => {
  const { status, body } = await get(query);
  expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, [/\?(\w+)/.exec(query)![1]]]);
});

it("403: a key that may only read starts nothing, one that may only write sees nothing", async () => {
  const reader = await api.newKey({ scopes: ["contacts:read"] });
  const writer = await api.newKey({ scopes: ["contacts:write"] });
  for (const at of ["run", "apply"]) {
    const json = at === "run" ? {} : { class: "risky", action: "unsubscribe" };
    expect((await api.call("POST", `${path}/${at}`, { key: reader.key, json })).status).toBe(403);
  }
  for (const at of ["stats", "runs", "unengaged", "findings", "findings/export"]) {
    expect((await api.call("GET", `${path}/${at}`, { key: writer.key })).status).toBe(403);
  }
});

it("a run goes by the events that came in, and by the tenant's settings when it begins", async () => {
  await api.created({ email: "ann@acme.com" });
  await api.created({ email: "idle@acme.com" });
  const at = new Date().toISOString();
  const events = ["ann@acme.com", "idle@acme.com"].flatMap((email) =>
    ["a", "b", "c"].map((campaign) => ({ type: "sent", email, campaignId: campaign, at })),
  );
  const opened = { type: "opened", email: "ann@acme.com", campaignId: "b", at };
  const { status } = await api.house("POST", "/v1/events", { json: { events: [...events, opened] } });
  expect(status).toBe(202);
  await run();
  expect((await get("stats")).body.data.unengagedCount).toBe(0);
  await api.house("PATCH", "/v1/settings", { json: { neverOpenedSends: 3 } });
  await run();
  expect((await get("stats")).body.data.rules.neverOpenedSends).toBe(3);
  expect((await get("unengaged")).body.data).toMatchObject([
    { email: "idle@acme.com", reasons: ["never_opened"] },
  ]);
});
