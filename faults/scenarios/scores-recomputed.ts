import { startNightlyRescores } from "@roster/usecases/scores/rescore.ts";
import { type Audience, letDaysPass } from "../audience.ts";
import { pause, secondsSince, until } from "../clock.ts";
import { DisturbedJob, together } from "../disturbed-job.ts";
import { insist } from "../house-client.ts";
import { killAndAwaitNext } from "../installation.ts";
import { missed, type Scenario, type Stage, type Verdict } from "../scenario.ts";
import { type ClickRule, clickRule, makeRule, nobodyDue, wrongScores } from "../score-outcome.ts";

/** Scores are computed anew for a rule, at night and after events, while the worker is killed. */
export const scoresRecomputed: Scenario = {
  name: "scores-recomputed",
  what: "scores computed anew for a rule, at night and after events, with the worker killed 4 times in each",
  async run(stage) {
    const { installation } = stage;
    const audience = await stage.audience();
    const rule = { ...clickRule, scoreDelta: 11 };
    const made = await makeRule(installation.url, audience, rule);
    const forRule = await rescored(stage, audience, made.rescoreJobId, [rule]);

    const atNight = stage.short ? [] : [await rescoredAtNight(stage, audience, [rule])];
    const afterEvents = await dueScored(stage, audience, [rule]);
    await insist(installation.url, audience, { method: "DELETE", path: made.path });
    return together([forRule, ...atNight, afterEvents]);
  },
};

/** A job that was just queued has begun within this time at most. */
const startedWithinMs = 10_000;

const kills = ({ short }: Stage) => (short ? 1 : 4);

async function rescoredAtNight(
  stage: Stage,
  audience: Audience,
  rules: readonly ClickRule[],
): Promise<Verdict> {
  const { tenantId } = audience;
  const { deps } = stage.installation;
  await letDaysPass(deps.sql, tenantId, 20);
  await startNightlyRescores(deps);
  const [night] = await deps.sql<{ id: string }[]>`
    select id from jobs where tenant_id = ${tenantId} and kind = 'rescore' order by id desc limit 1`;
  return rescored(stage, audience, night!.id, rules);
}

async function rescored(
  stage: Stage,
  { tenantId }: Audience,
  jobId: string,
  rules: readonly ClickRule[],
): Promise<Verdict> {
  const { chance, installation } = stage;
  const { sql } = installation.deps;
  const run = new DisturbedJob(stage, { tenantId, jobId });
  const began = new Date(Date.now() - startedWithinMs);
  let since = 0;
  for (const share of chance.points(kills(stage), 0.01, 0.7)) {
    await run.reach(share, chance.below(20));
    await killAndAwaitNext(installation.worker);
    since = performance.now();
    await run.takenUpAgain(await run.note(), since);
  }
  const verdict = await run.verdict(since);
  await nobodyDue(sql, tenantId);
  verdict.problems.push(...(await wrongScores(sql, tenantId, began, rules)));
  const [sums] = await sql<Record<"done" | "counted" | "engaged", number>[]>`
    select rows_done as done, updated + unchanged as counted,
      (select count(*) from engagement e where e.tenant_id = j.tenant_id) as engaged
    from jobs j where tenant_id = ${tenantId} and id = ${jobId}`;
  const { done, counted, engaged } = sums!;
  if (done !== engaged || counted !== engaged) {
    verdict.problems.push(`of ${engaged} contacts ${done} were looked at and ${counted} counted`);
  }
  return verdict;
}

/** Half of all contacts open something at once: the loop that computes what is due has thousands to do. */
async function dueScored(
  stage: Stage,
  { tenantId }: Audience,
  rules: readonly ClickRule[],
): Promise<Verdict> {
  const { chance, installation } = stage;
  const { sql } = installation.deps;
  const howManyDue = async () => {
    const [row] = await sql<{ n: number }[]>`
      select count(*) as n from engagement where tenant_id = ${tenantId} and score_due`;
    return row!.n;
  };
  const began = new Date();
  const moments = chance.points(kills(stage), 0.1, 0.8);
  let opened = 0;
  let landed = 0;
  let since = 0;
  const killNow = async () => {
    await pause(chance.below(20));
    await killAndAwaitNext(installation.worker);
    since = performance.now();
    if ((await howManyDue()) > 0) landed++;
  };
  // The first one is killed in the middle of its transaction for sure: whoever computes scores wants the rules.
  await sql.begin(async (tx) => {
    await tx`lock table scoring_rules in access exclusive mode`;
    const due = await sql`
      update engagement set opened = opened + 1, last_opened_at = now(), activity = activity + 1, activity_at = now(),
        version = version + 1, score_due = true
      where tenant_id = ${tenantId} and opened > 4`;
    opened = due.count;
    await until("the worker waits for the rules", async () => {
      const [row] = await sql<{ waits: boolean }[]>`
        select exists (
          select from pg_stat_activity where application_name = 'roster worker' and wait_event_type = 'Lock'
        ) as waits`;
      return row!.waits ? true : null;
    });
    await killNow();
  });
  for (const share of moments.slice(1)) {
    await until("scores are computed", async () =>
      (await howManyDue()) <= (1 - share) * opened ? true : null,
    );
    await killNow();
  }
  await nobodyDue(sql, tenantId);
  const faults = kills(stage);
  const finishedAfter = secondsSince(since);
  const problems = [
    ...(await wrongScores(sql, tenantId, began, rules)),
    ...missed(faults, landed, "while scores were due"),
  ];
  return { faults, landed, slowestReturn: null, finishedAfter, problems, notes: [] };
}
