import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { sweepHealthRuns } from "@roster/store/health/health-runs.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeSettings } from "../src/accounts/tenant-settings.ts";
import { deleteContact, getContact, upsertContact } from "../src/contacts/contacts.ts";
import {
  changeFoundContacts,
  exportHealthFindings,
  listHealthFindings,
} from "../src/health/health-findings.ts";
import { healthStats, listHealthRuns, startHealthRun } from "../src/health/list-health.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { retryJob } from "../src/jobs/job-retry.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { cancelJob, getJob } from "../src/jobs/jobs.ts";
import { type HealthWorld, openHealthWorld } from "./health-world.ts";

let world: HealthWorld;
beforeAll(async () => {
  world = await openHealthWorld();
});
afterAll(() => world?.close());

const day = 24 * 60 * 60 * 1000;
/** Four contacts a batch. */
const small = { batchSize: { rows: 1, bytes: 1e6 }, sliceMs: 0 };
const list = `email,status
ann@acme.com,active
bob@gmal.com,active
info@acme.com,active
throw@a.mailinator.com,active
idle@acme.com,active
lost@acme.com,active
soft@acme.com,active
left@acme.com,unsubscribed
back@acme.com,bounced
spam@gmail.com,complained
`;

async function crowd(): Promise<TenantScope> {
  const scope = await world.tenant(list);
  await world.engage(scope, "ann@acme.com", { sent: 9, opened: 2, lastOpenedAt: Date.now() - day });
  await world.engage(scope, "idle@acme.com", { sent: 5, firstSentAt: Date.now() - day });
  await world.engage(scope, "lost@acme.com", { opened: 1, lastOpenedAt: Date.now() - 91 * day });
  await world.engage(scope, "soft@acme.com", { sent: 2, softBounces: 2 });
  await world.engage(scope, "left@acme.com", { sent: 9 });
  return scope;
}

const findings = {
  "bob@gmal.com": "risky likely_typo gmail.com",
  "idle@acme.com": "unengaged never_opened",
  "info@acme.com": "risky role_address",
  "lost@acme.com": "unengaged no_recent_open",
  "soft@acme.com": "risky repeated_soft_bounces",
  "throw@a.mailinator.com": "risky disposable_domain",
};

describe("a run", () => {
  test("classifies every contact, writes down who is not healthy, and its figures add up", async () => {
    const scope = await crowd();
    expect(await healthStats(world.deps, scope)).toMatchObject({
      totalContacts: 10,
      activeContacts: 7,
      bouncedCount: 1,
      complainedCount: 1,
      healthScore: null,
      lastRunAt: null,
      unengagedCount: null,
      runningJobId: null,
    });
    const job = await world.check(scope);
    expect(job).toMatchObject({
      kind: "health",
      state: "completed",
      processed: 10,
      total: 10,
      counters: { unchanged: 10 },
      undoable: false,
    });
    expect(await world.found(scope, job.id)).toEqual(findings);
    // Of 9 who matter 1 is healthy and 6 are half.
    expect(await healthStats(world.deps, scope)).toMatchObject({
      healthScore: Math.floor((100 * 4) / 9),
      healthyCount: 4,
      invalidCount: 0,
      riskyCount: 4,
      unengagedCount: 2,
      lastRunId: job.id,
      lastRunAt: expect.any(Date),
      dns: false,
      unanswered: 0,
      rules: { unengagedDays: 90, neverOpenedSends: 5, riskySoftBounces: 2 },
      reasons: {
        syntax: 0,
        no_mx: 0,
        disposable_domain: 1,
        role_address: 1,
        likely_typo: 1,
        repeated_soft_bounces: 1,
        never_opened: 1,
        no_recent_open: 1,
      },
    });
  });

  test("finds what came past the rules, and goes by the tenant's rules", async () => {
    const scope = await crowd();
    await world.deps.sql`
      update contacts set email = 'no-address' where tenant_id = ${scope.tenantId} and email = 'ann@acme.com'`;
    const rules = { unengagedDays: 92, neverOpenedSends: 6, riskySoftBounces: 3 };
    await changeSettings(world.deps, scope, rules);
    const job = await world.check(scope);
    const { "bob@gmal.com": bob, "info@acme.com": info, "throw@a.mailinator.com": thrown } = findings;
    expect(await world.found(scope, job.id)).toEqual({
      "bob@gmal.com": bob,
      "info@acme.com": info,
      "no-address": "invalid syntax",
      "throw@a.mailinator.com": thrown,
    });
    expect((await healthStats(world.deps, scope)).rules).toEqual(rules);
  });

  test("of nobody ends at once with a full score", async () => {
    const scope = await world.otherTenant("health-empty");
    expect((await world.check(scope)).state).toBe("completed");
    expect(await healthStats(world.deps, scope)).toMatchObject({ healthScore: 100, unengagedCount: 0 });
  });

  test("that is left after every batch, each of them worked on twice, equals one that ran through", async () => {
    const scope = await crowd();
    const { jobId } = await startHealthRun(world.deps, scope);
    const settings = { ...defaultJobSettings, ...small };
    const payload = { tenantId: scope.tenantId, jobId };
    const leave = AbortSignal.abort();
    for (let turn = 0; (await getJob(world.deps, scope, jobId)).state !== "completed"; turn++) {
      expect(turn).toBeLessThan(20);
      // Delivered twice at once: the fence lets one of them write.
      await Promise.all([1, 2].map(() => runJob(world.deps, payload, leave, settings)));
    }
    expect(await world.found(scope, jobId)).toEqual(findings);
    expect(await getJob(world.deps, scope, jobId)).toMatchObject({ processed: 10 });
    const [run] = (await listHealthRuns(world.deps, scope, { limit: 5 })).runs;
    expect(run).toMatchObject({ contacts: 10, healthyCount: 4, riskyCount: 4, unengagedCount: 2 });
  });

  test("is one at a time: while it has not ended, it is what is answered; a cancelled one is out of the way", async () => {
    const scope = await crowd();
    const started = await Promise.all([1, 2, 3].map(() => startHealthRun(world.deps, scope)));
    expect(new Set(started.map(({ jobId }) => jobId)).size).toBe(1);
    const { jobId } = started[0]!;
    expect((await healthStats(world.deps, scope)).runningJobId).toBe(jobId);
    await runJob(world.deps, { tenantId: scope.tenantId, jobId }, AbortSignal.abort(), {
      ...defaultJobSettings,
      ...small,
    });
    expect(await startHealthRun(world.deps, scope)).toEqual({ jobId, status: "running" });
    await cancelJob(world.deps, scope, jobId);
    const next = await startHealthRun(world.deps, scope);
    expect(next.jobId).not.toBe(jobId);
    expect((await world.work(jobId, small, scope)).state).toBe("cancelled");
    expect((await healthStats(world.deps, scope)).lastRunAt).toBeNull();
    await expect(retryJob(world.deps, scope, jobId)).rejects.toMatchObject({
      refusal: { code: "job_not_retryable" },
    });
    await world.work(next.jobId, {}, scope);
    await sweepHealthRuns(world.deps.sql, { findings: 2, runs: 100 });
    expect(await world.found(scope, jobId)).toEqual({});
    expect(await world.found(scope, next.jobId)).toEqual(findings);
  });

  test("leaves nothing of a contact that is deleted, before, while or after it is found", async () => {
    const scope = await crowd();
    const { jobId } = await startHealthRun(world.deps, scope);
    const payload = { tenantId: scope.tenantId, jobId };
    const settings = { ...defaultJobSettings, ...small };
    await runJob(world.deps, payload, AbortSignal.abort(), settings);
    const { sql } = world.deps;
    const left = async () => {
      const [row] = await sql`
        select count(*)::int as n from health_findings f where f.tenant_id = ${scope.tenantId}
          and not exists (select from contacts c where c.tenant_id = f.tenant_id and c.id = f.contact_id)`;
      return row!.n;
    };
    // Those who are deleted here are found by now. The finding of nobody is as one whose contact went between reading and writing.
    await deleteContact(world.deps, scope, { email: "info@acme.com" });
    const { id } = await getContact(world.deps, scope, { email: "soft@acme.com" });
    await sql`
      insert into health_findings (tenant_id, run_id, class, contact_id, reasons)
      values (${scope.tenantId}, ${jobId}, 'risky', ${world.deps.newId()}, '{syntax}')`;
    expect(await left()).toBe(1);
    await world.work(jobId, {}, scope);
    expect(await left()).toBe(0);
    await deleteContact(world.deps, scope, id);
    expect(await left()).toBe(0);
    const { "info@acme.com": _info, "soft@acme.com": _soft, ...others } = findings;
    expect(await world.found(scope, jobId)).toEqual(others);
  });

  test("does not look at contacts that came after its start", async () => {
    const scope = await crowd();
    const { jobId } = await startHealthRun(world.deps, scope);
    await upsertContact(world.deps, scope, { email: "late@gmal.com" });
    expect((await world.work(jobId, {}, scope)).processed).toBe(10);
  });
});

describe("what a run found", () => {
  const emailsOf = (page: Awaited<ReturnType<typeof listHealthFindings>>) =>
    page.findings.map(({ contact }) => contact.email);

  test("is listed by class or reason, page by page, with the address that was meant", async () => {
    const scope = await crowd();
    const { deps } = world;
    expect(await listHealthFindings(deps, scope, { limit: 5 })).toEqual({
      runId: null,
      findings: [],
      cursor: null,
      hasMore: false,
    });
    const { id: runId } = await world.check(scope);
    const idle = await listHealthFindings(deps, scope, { limit: 5, class: "unengaged" });
    expect([emailsOf(idle).sort(), idle.runId]).toEqual([["idle@acme.com", "lost@acme.com"], runId]);
    const typo = await listHealthFindings(deps, scope, { limit: 5, reason: "likely_typo" });
    expect(typo.findings).toMatchObject([
      { class: "risky", suggestion: "bob@gmail.com", contact: { email: "bob@gmal.com" } },
    ]);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 9; pages++) {
      const page = await listHealthFindings(deps, scope, { limit: 1, cursor });
      seen.push(...emailsOf(page));
      if (page.cursor === null) break;
      cursor = page.cursor;
      // Another run does not change what is being read.
      if (pages === 1) await world.check(scope);
    }
    expect(seen.length).toBe(6);
    expect(seen.toSorted()).toEqual(Object.keys(findings));
  });

  test("goes out as a CSV, and the trend has every run", async () => {
    const scope = await crowd();
    await world.check(scope);
    await deleteContact(world.deps, scope, { email: "info@acme.com" });
    const { id: second } = await world.check(scope);
    let csv = "";
    for await (const piece of await exportHealthFindings(world.deps, scope, { class: "risky" })) csv += piece;
    expect(csv.split("\n")[0]).toBe("id,email,status,class,reasons,suggestion,lastOpenedAt");
    expect(csv).toContain(",bob@gmal.com,active,risky,likely_typo,bob@gmail.com,\n");
    expect(csv.trim().split("\n")).toHaveLength(4);
    const { runs } = await listHealthRuns(world.deps, scope, { limit: 1 });
    expect(runs).toMatchObject([{ id: second, contacts: 9, findingsKept: true }]);
    expect((await listHealthRuns(world.deps, scope, { limit: 5 })).runs).toHaveLength(2);
  });

  test("is tagged or unsubscribed by one call, and the change can be undone", async () => {
    const scope = await crowd();
    await expect(
      changeFoundContacts(world.deps, scope, { class: "risky", action: "unsubscribe" }),
    ).rejects.toMatchObject({ refusal: { code: "not_found", what: "health run" } });
    await world.check(scope);
    await deleteContact(world.deps, scope, { email: "soft@acme.com" });
    const tagged = await changeFoundContacts(world.deps, scope, {
      class: "risky",
      action: "tag",
      tag: "check me",
    });
    expect(await world.work(tagged.jobId, {}, scope)).toMatchObject({
      state: "completed",
      total: 3,
      counters: { updated: 3, failed: 0 },
      undoable: true,
    });
    const left = await changeFoundContacts(world.deps, scope, {
      reason: "never_opened",
      action: "unsubscribe",
    });
    await world.work(left.jobId, {}, scope);
    const byEmail = Object.fromEntries((await world.contacts(scope)).map((row) => [row.email, row]));
    expect(byEmail["bob@gmal.com"]).toMatchObject({ tags: ["check me"], status: "active" });
    expect(byEmail["idle@acme.com"]).toMatchObject({ tags: [], status: "unsubscribed" });
    expect(byEmail["lost@acme.com"]).toMatchObject({ tags: [], status: "active" });
  });

  test("is kept of the two newest runs; a run of another tenant is none", async () => {
    const scope = await crowd();
    const other = await crowd();
    const runs = [];
    for (let n = 0; n < 3; n++) runs.push((await world.check(scope)).id);
    await world.check(other);
    await sweepHealthRuns(world.deps.sql, { findings: 2, runs: 100 });
    const query = { limit: 9 };
    expect((await listHealthFindings(world.deps, scope, { ...query, runId: runs[1] })).findings).toHaveLength(
      6,
    );
    await expect(listHealthFindings(world.deps, scope, { ...query, runId: runs[0] })).rejects.toMatchObject({
      refusal: { code: "invalid", issues: [{ field: "runId", code: "findings_gone" }] },
    });
    for (const runId of [runs[1], "nonsense", world.deps.newId()]) {
      await expect(listHealthFindings(world.deps, other, { ...query, runId })).rejects.toMatchObject({
        refusal: { code: "not_found" },
      });
    }
    await sweepHealthRuns(world.deps.sql, { findings: 1, runs: 2 });
    expect((await listHealthRuns(world.deps, scope, { limit: 9 })).runs.map(({ id }) => id)).toEqual([
      runs[2],
      runs[1],
    ]);
    expect((await healthStats(world.deps, other)).unengagedCount).toBe(2);
    expect((await listHealthFindings(world.deps, other, query)).findings).toHaveLength(6);
  });
});
