import type { Sql } from "@roster/store/open.ts";
import type { Audience } from "../audience.ts";
import { DisturbedJob, together } from "../disturbed-job.ts";
import { insist, type JobStarted } from "../house-client.ts";
import { killAndAwaitNext, killPostgres } from "../installation.ts";
import type { Scenario, Stage, Verdict } from "../scenario.ts";
import { untilCompleted } from "../stage.ts";

/** A run of list health and a search for duplicates find the same as undisturbed, while the worker and PostgreSQL are killed. */
export const searchesKilled: Scenario = {
  name: "searches-killed",
  what: "a run of list health and a search for duplicates, with the worker killed 4 times and PostgreSQL 2 in each",
  async run(stage) {
    const audience = await stage.audience();
    return together([
      await disturbed(stage, audience, "/v1/contacts/health/run", healthFound),
      await disturbed(stage, audience, "/v1/contacts/duplicates/run", duplicatesFound),
    ]);
  },
};

/** What a finished run found, one line each, sorted: without its id and times. */
type Found = (sql: Sql, tenantId: string, runId: string) => Promise<string[]>;

async function healthFound(sql: Sql, tenantId: string, runId: string): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', contact_id, class, reasons, suggestion) as line from health_findings
    where tenant_id = ${tenantId} and run_id = ${runId}
    union all
    select concat_ws(' ', score, counts, rules, dns, finished_at is not null) from health_runs
    where tenant_id = ${tenantId} and id = ${runId}
    order by 1`;
  return rows.map(({ line }) => line);
}

async function duplicatesFound(sql: Sql, tenantId: string, runId: string): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', evidence, key, contact_id) as line from duplicate_keys
    where tenant_id = ${tenantId} and run_id = ${runId}
    union all
    select concat_ws(' ', contacts, groups, finished_at is not null) from duplicate_runs
    where tenant_id = ${tenantId} and id = ${runId}
    order by 1`;
  return rows.map(({ line }) => line);
}

async function disturbed(stage: Stage, audience: Audience, path: string, found: Found): Promise<Verdict> {
  const { chance, installation, short } = stage;
  const { tenantId } = audience;
  const { sql } = installation.deps;
  const start = async () =>
    (await insist<JobStarted>(installation.url, audience, { method: "POST", path })).answer.data.jobId;

  const calm = await start();
  await untilCompleted(installation.url, audience, calm);
  const expected = await found(sql, tenantId, calm);

  const kinds = short
    ? ["worker"]
    : chance.shuffled(["worker", "worker", "worker", "worker", "postgres", "postgres"]);
  const moments = chance.points(kinds.length, 0.01, 0.7);
  const run = new DisturbedJob(stage, { tenantId, jobId: await start() });
  let since = 0;
  for (const [n, kind] of kinds.entries()) {
    await run.reach(moments[n]!, chance.below(20));
    if (kind === "worker") await killAndAwaitNext(installation.worker);
    else await killPostgres(installation);
    since = performance.now();
    await run.takenUpAgain(await run.note(), since);
  }
  const verdict = await run.verdict(since);
  const lines = await found(sql, tenantId, run.place.jobId);
  const lost = difference(expected, lines);
  const extra = difference(lines, expected);
  if (lost.length > 0) verdict.problems.push(`${path}: ${lost.length} lost, such as ${lost[0]}`);
  if (extra.length > 0) verdict.problems.push(`${path}: ${extra.length} too many, such as ${extra[0]}`);
  verdict.notes.push(`${path} found ${expected.length - 1}`);
  return verdict;
}

function difference(lines: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}
