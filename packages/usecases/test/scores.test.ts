import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type ScoreFacts, scoreOf } from "@roster/domain/scores/score.ts";
import type { RuleChanges, RuleInput } from "@roster/domain/scores/scoring-rule.ts";
import { scorePage, writeScores } from "@roster/store/scores/scores.ts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { recordEvents } from "../src/events/events.ts";
import { listJobs } from "../src/jobs/jobs.ts";
import { getContactScore, scoreAtOnce } from "../src/scores/contact-scores.ts";
import { rescoreDue, startNightlyRescores, startRescore } from "../src/scores/rescore.ts";
import { createScoringRule, deleteScoringRule, updateScoringRule } from "../src/scores/scoring-rules.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

const day = 86_400_000;

let world: ImportWorld;
let scope: TenantScope;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  scope = await world.otherTenant(`scores-${++tenants}`);
});

async function contact(email: string, input: object = {}): Promise<string> {
  return (await upsertContact(world.deps, scope, { email, ...input })).contact.id;
}

/** Somebody who has opened so many of as many mails, the last one so many days ago. */
async function engaged(id: string, opened: number, daysAgo = 0, due = false): Promise<void> {
  const { sql } = world.deps;
  await sql`
    insert into engagement (tenant_id, contact_id, sent, delivered, opened, last_opened_at, activity, activity_at, score_due)
    select ${scope.tenantId}, ${id}, ${opened}, ${opened}, ${opened}, at, ${opened}, at, ${due}
    from (select now() - ${daysAgo} * interval '1 day' as at) t
    on conflict (tenant_id, contact_id) do update
    set sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened,
      last_opened_at = excluded.last_opened_at, activity = excluded.activity, activity_at = excluded.activity_at,
      score_due = excluded.score_due, version = engagement.version + 1`;
}

async function opened(id: string, campaignId: string | null, daysAgo: number): Promise<void> {
  const { sql } = world.deps;
  await sql`
    insert into campaign_sends (tenant_id, contact_id, campaign_id, opened, first_at, opened_at)
    select ${scope.tenantId}, ${id}, ${campaignId ?? ""}, 1, at, at
    from (select now() - ${daysAgo} * interval '1 day' as at) t`;
}

async function kept(id: string): Promise<{ score: number; tier: string; due: boolean }> {
  const [row] = await world.deps.sql<{ score: number; tier: string; due: boolean }[]>`
    select score, tier, score_due as due from engagement where tenant_id = ${scope.tenantId} and contact_id = ${id}`;
  return row!;
}

const rule = (some: Partial<RuleInput>): RuleInput => ({
  name: "a rule",
  eventType: "opened",
  description: null,
  condition: {},
  scoreDelta: 10,
  isActive: true,
  priority: 0,
  ...some,
});

async function rescored(): Promise<Awaited<ReturnType<ImportWorld["work"]>>> {
  const { jobId } = await startRescore(world.deps, scope);
  return world.work(jobId, {}, scope);
}

describe("a rescore", () => {
  it("writes what changed, leaves the rest and the contacts as they are, and says how many", async () => {
    const [ann, bob] = [await contact("ann@x.io"), await contact("bob@x.io")];
    await contact("cem@x.io");
    await engaged(ann, 20);
    await engaged(bob, 0, 400);
    const before = await world.deps
      .sql`select * from contacts where tenant_id = ${scope.tenantId} order by id`;
    const job = await rescored();
    expect([job.state, job.kind, job.total, job.counters.updated, job.counters.unchanged]).toEqual([
      "completed",
      "rescore",
      2,
      1,
      1,
    ]);
    expect(await kept(ann)).toMatchObject({ tier: "loyal", due: false });
    expect((await kept(ann)).score).toBe((await getContactScore(world.deps, scope, ann)).score);
    expect((await rescored()).counters.updated).toBe(0);
    expect(
      await world.deps.sql`select * from contacts where tenant_id = ${scope.tenantId} order by id`,
    ).toEqual(before);
  });

  it("goes on behind the last batch that it wrote, whenever it is interrupted", async () => {
    await world.import(
      `email\n${Array.from({ length: 50 }, (_, n) => `p${n}@x.io`).join("\n")}\n`,
      {},
      scope,
    );
    await world.deps.sql`
      insert into engagement (tenant_id, contact_id, sent, opened, last_opened_at)
      select tenant_id, id, 5, 5, now() from contacts where tenant_id = ${scope.tenantId}`;
    const { jobId } = await startRescore(world.deps, scope);
    const [half] = await world.deps.sql`
      select id from contacts where tenant_id = ${scope.tenantId} order by id offset 24 limit 1`;
    await world.deps.sql`
      update jobs set checkpoint = ${world.deps.sql.json({ afterId: half!.id })}, state = 'running', rows_done = 25
      where id = ${jobId}`;
    const job = await world.work(jobId, {}, scope);
    expect([job.state, job.processed, job.counters.updated]).toEqual(["completed", 50, 25]);
  });

  it("that waits is not queued twice; one that has begun is, for what it may not have seen", async () => {
    const first = await startRescore(world.deps, scope);
    expect(await startRescore(world.deps, scope)).toEqual(first);
    await world.deps.sql`update jobs set state = 'running' where id = ${first.jobId}`;
    expect((await startRescore(world.deps, scope)).jobId).not.toBe(first.jobId);
  });

  it("of every night is kept once", async () => {
    await engaged(await contact("ann@x.io"), 20);
    for (let night = 0; night < 2; night++) {
      await startNightlyRescores(world.deps);
      const { jobs } = await listJobs(world.deps, scope, { limit: 10 });
      expect(jobs.map(({ kind }) => kind)).toEqual(["rescore"]);
      await world.work(jobs[0]!.id, {}, scope);
    }
  });

  it("lowers the scores of those of whom nothing is heard, as time passes", async () => {
    const ann = await contact("ann@x.io");
    await engaged(ann, 20, 0);
    const scores: number[] = [];
    const { now } = world.deps;
    for (const days of [0, 10, 40, 400]) {
      world.deps.now = () => new Date(Date.now() + days * day);
      await rescored();
      scores.push((await kept(ann)).score);
    }
    world.deps.now = now;
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBe(4);
  });
});

describe("rescoreDue", () => {
  it("scores those who had events since, of every tenant, and nobody else", async () => {
    const [ann, bob] = [await contact("ann@x.io"), await contact("bob@x.io")];
    await engaged(ann, 20, 0, true);
    await engaged(bob, 20);
    expect(await rescoreDue(world.deps)).toBe(1);
    expect(await kept(ann)).toMatchObject({ tier: "loyal", due: false });
    expect(await kept(bob)).toMatchObject({ score: 50, due: false });
    expect(await rescoreDue(world.deps)).toBe(0);
  });

  it("does not wait for whom others are writing just now", async () => {
    const [ann, bob] = [await contact("ann@x.io"), await contact("bob@x.io")];
    await engaged(ann, 20, 0, true);
    await engaged(bob, 20, 0, true);
    await world.deps.sql.begin(async (tx) => {
      await tx`select from engagement where contact_id = ${ann} for update`;
      expect(await rescoreDue(world.deps)).toBe(1);
    });
    expect(await rescoreDue(world.deps)).toBe(1);
  });
});

describe("an event's score", () => {
  const open = (email: string, campaignId: string) =>
    recordEvents(world.deps, scope, { events: [{ type: "opened", email, campaignId }] });

  it("is written with it, of the first and of later ones, where no rule asks for more", async () => {
    const ann = await contact("ann@x.io");
    for (const campaignId of ["c1", "c2"]) {
      await open("ann@x.io", campaignId);
      const { score } = await getContactScore(world.deps, scope, ann);
      expect(await kept(ann)).toMatchObject({ score, due: false });
    }
    expect((await kept(ann)).score).not.toBe(50);
  });

  it("is found out later under a rule, and never is that of before a rule that was made meanwhile", async () => {
    const ann = await contact("ann@x.io");
    const { promise: read, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: there, resolve: isThere } = Promise.withResolvers<void>();
    const writing = world.deps.sql.begin(async (tx) => {
      expect(await scoreAtOnce(tx, scope.tenantId, new Date())).not.toBeNull();
      isThere();
      await read;
    });
    await there;
    let made = false;
    const making = createScoringRule(world.deps, scope, rule({ scoreDelta: 30 })).then(() => {
      made = true;
    });
    // A rule that did not wait would be there long before this.
    await upsertContact(world.deps, scope, { email: "bob@x.io" });
    expect(made).toBe(false);
    goOn();
    await Promise.all([writing, making]);
    await open("ann@x.io", "c1");
    expect((await kept(ann)).due).toBe(true);
    expect(await rescoreDue(world.deps)).toBe(1);
    expect(await kept(ann)).toMatchObject({ tier: "champion", due: false });
  });
});

it("a score made of older sums than those that are kept is not written", async () => {
  const ann = await contact("ann@x.io");
  await engaged(ann, 20);
  const page = await scorePage(world.deps.sql, scope.tenantId, { ids: [ann] });
  await engaged(ann, 0, 400, true);
  const stale = { id: ann, version: page.version(0), score: 99 };
  await world.deps.sql.begin((tx) => writeScores(tx, scope.tenantId, [stale]));
  expect(await kept(ann)).toMatchObject({ score: 50, due: true });
});

it("the facts come out of Postgres as they went in, and give the domain's score", async () => {
  const ann = await contact("ann@x.io");
  const time = fc.option(fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) }));
  const facts = fc.record<ScoreFacts>({
    sent: fc.nat(),
    delivered: fc.nat(),
    opened: fc.nat(),
    clicked: fc.nat(),
    lastOpenedAt: time,
    lastClickedAt: time,
    activity: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    activityAt: time,
  });
  const dateOf = (ms: number | null) => (ms === null ? null : new Date(ms));
  await fc.assert(
    fc.asyncProperty(facts, async (facts) => {
      await world.deps.sql`delete from engagement where tenant_id = ${scope.tenantId}`;
      await world.deps.sql`
        insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, last_opened_at, last_clicked_at,
          activity, activity_at)
        values (${scope.tenantId}, ${ann}, ${facts.sent}, ${facts.delivered}, ${facts.opened}, ${facts.clicked},
          ${dateOf(facts.lastOpenedAt)}, ${dateOf(facts.lastClickedAt)}, ${facts.activity}, ${dateOf(facts.activityAt)})`;
      const page = await scorePage(world.deps.sql, scope.tenantId, { afterId: null, limit: 5 });
      expect([page.length, page.id(0), page.facts(0)]).toEqual([1, ann, facts]);
    }),
    { numRuns: 50 },
  );
});

describe("rules", () => {
  it("add to the scores of whoever had such an event, and no more when they are gone", async () => {
    const [ann, bob] = [await contact("ann@x.io", { tags: ["vip"] }), await contact("bob@x.io")];
    for (const id of [ann, bob]) await engaged(id, 20);
    await opened(ann, "spring", 2);
    await rescored();
    const plain = await kept(ann);
    const condition = { campaignId: { equals: "spring" }, tags: { contains: "vip" } };
    const { rule: made, rescoreJobId } = await createScoringRule(world.deps, scope, rule({ condition }));
    await world.work(rescoreJobId!, {}, scope);
    expect((await kept(ann)).score).toBe(plain.score + 10);
    expect((await getContactScore(world.deps, scope, ann)).score).toBe(plain.score + 10);
    expect(await kept(bob)).toEqual(plain);
    await world.work((await deleteScoringRule(world.deps, scope, made.id)).rescoreJobId!, {}, scope);
    expect(await kept(ann)).toEqual(plain);
  });

  it("recompute the scores only where they can change one", async () => {
    const { rule: made } = await createScoringRule(world.deps, scope, rule({}));
    const change = async (changes: RuleChanges) =>
      (await updateScoringRule(world.deps, scope, made.id, changes)).rescoreJobId !== null;
    expect(await change({ name: "another name" })).toBe(false);
    expect(await change({ scoreDelta: 10 })).toBe(false);
    expect(await change({ scoreDelta: 11 })).toBe(true);
    expect(await change({ isActive: false })).toBe(true);
    expect(await change({ scoreDelta: 12 })).toBe(false);
    expect((await deleteScoringRule(world.deps, scope, made.id)).rescoreJobId).toBeNull();
  });

  it("see the events of kept months, and the first of each campaign when those are gone", async () => {
    const ann = await contact("ann@x.io");
    await engaged(ann, 20);
    await opened(ann, "spring", 20);
    const before = await getContactScore(world.deps, scope, ann);
    await createScoringRule(world.deps, scope, rule({ condition: { withinDays: 10 } }));
    expect(await getContactScore(world.deps, scope, ann)).toEqual(before);
    await createScoringRule(world.deps, scope, rule({ condition: { withinDays: 30 } }));
    expect((await getContactScore(world.deps, scope, ann)).score).toBe(before.score + 10);
  });

  it("are at most 100, however many are made at once", async () => {
    for (let made = 0; made < 98; made++)
      await createScoringRule(world.deps, scope, rule({ isActive: false }));
    const tries = Array.from({ length: 5 }, () =>
      createScoringRule(world.deps, scope, rule({ isActive: false })),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  });
});

it("the score of somebody without events needs no row", async () => {
  const ann = await contact("ann@x.io");
  expect(await getContactScore(world.deps, scope, ann)).toEqual(scoreOf(null, [], 0));
  await createScoringRule(world.deps, scope, rule({}));
  expect(await getContactScore(world.deps, scope, ann)).toEqual(scoreOf(null, [], 0));
});
