import { join } from "node:path";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { healthStats, startHealthRun } from "@roster/usecases/health/list-health.ts";
import { startRescore } from "@roster/usecases/scores/rescore.ts";
import { writeContactFile } from "./contact-file.ts";
import { type Client, type ContactFile, completedJob, type JobSight } from "./import-job.ts";
import { presentContacts } from "./present-contacts.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

type Scope = Awaited<ReturnType<typeof authenticate>>;

/**
 * Health runs over all contacts, each with events, of whom a third is found to be unengaged, against a rescore of the same
 * contacts that writes every score, alternating in rounds, medians. Nobody asks the DNS.
 */
export async function benchHealth(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-health");
  const client = { url: roster.url, key };
  const scope = await authenticate(roster.deps, key);
  const file: ContactFile = { path: join(dir, "health.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });
  await presentContacts(bench, client, file, rows);

  const rescores: number[] = [];
  const runs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await sql`delete from engagement`;
    await sql`
      insert into engagement (tenant_id, contact_id, sent, delivered, opened, first_sent_at, last_sent_at, last_opened_at)
      select tenant_id, id, 9, 9, 3, now() - interval '1 year', now(),
        now() - case when number % 3 = 0 then interval '200 days' else interval '2 days' end
      from contacts where tenant_id = ${tenantId} order by id`;
    await sql`vacuum (analyze) engagement`;
    await sql`checkpoint`;
    rescores.push(await timedRescore(bench, client, scope, rows));
    say(`round ${round}: rescore ${Math.round(rows / rescores.at(-1)!)} contacts/s`);
    await sql`vacuum (analyze) engagement`;
    await sql`checkpoint`;
    runs.push(await timedRun(bench, client, scope, rows));
    say(`round ${round}: health run ${Math.round(rows / runs.at(-1)!)} contacts/s`);
  }
  const { unengagedCount } = await healthStats(roster.deps, scope);
  await emptyTables(sql);

  const found = unengagedCount ?? 0;
  const json = {
    rows,
    found,
    rescoreContactsPerSecond: Math.round(rows / median(rescores)),
    runContactsPerSecond: Math.round(rows / median(runs)),
    ratioToRescore: round2(median(rescores) / median(runs)),
    rounds,
  };
  return {
    json,
    tables: [
      [
        [`${rows.toLocaleString("en")} contacts with events`, "per second", "it ÷ rescore"],
        ["rescore, every score written", json.rescoreContactsPerSecond, 1],
        [`health run, ${found.toLocaleString("en")} found`, json.runContactsPerSecond, json.ratioToRescore],
      ],
    ],
  };
}

/** Seconds from the request to the finished job. */
async function timedRescore({ roster }: Workbench, client: Client, scope: Scope, rows: number) {
  const { seconds, job } = await timed(client, () => startRescore(roster.deps, scope));
  if (job.counters.updated !== rows)
    throw new Error(`${job.counters.updated} of ${rows} scores were written.`);
  return seconds;
}

async function timedRun({ roster }: Workbench, client: Client, scope: Scope, rows: number) {
  const { seconds, job } = await timed(client, () => startHealthRun(roster.deps, scope));
  if (job.processed !== rows) throw new Error(`${job.processed} of ${rows} contacts were looked at.`);
  return seconds;
}

async function timed(
  client: Client,
  start: () => Promise<{ jobId: string }>,
): Promise<{ seconds: number; job: JobSight }> {
  const started = performance.now();
  const { jobId } = await start();
  const job = await completedJob(client, jobId, 50);
  return { seconds: (performance.now() - started) / 1000, job };
}
