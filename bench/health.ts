import { join } from "node:path";
import { authenticate } from "@roster/usecases/authentication.ts";
import { healthStats, startHealthRun } from "@roster/usecases/list-health.ts";
import { writeContactFile } from "./contact-file.ts";
import { type Client, type ContactFile, completedJob } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { presentContacts } from "./present-contacts.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/**
 * Health runs over all contacts, each with events, of whom a third is found to be unengaged, against an import that changes
 * the same contacts, alternating in rounds, medians. Nobody asks the DNS.
 */
export async function benchHealth(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-health");
  const client = { url: roster.url, key };
  const file: ContactFile = { path: join(dir, "health.csv"), format: "csv" };
  const changedFile: ContactFile = { path: join(dir, "health-changed.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });
  await writeContactFile(changedFile.path, "csv", { rows }, { edition: 1 });

  const imports: number[] = [];
  const runs: number[] = [];
  let found = 0;
  for (let round = 1; round <= rounds; round++) {
    await presentContacts(bench, client, file, rows);
    const { seconds } = await measureImport(bench, client, changedFile, { updated: rows });
    imports.push(seconds);
    say(`round ${round}: import, every row changed ${Math.round(rows / seconds)} rows/s`);
    await presentContacts(bench, client, file, rows);
    await sql`
      insert into engagement (tenant_id, contact_id, sent, delivered, opened, first_sent_at, last_sent_at, last_opened_at)
      select tenant_id, id, 9, 9, 3, now() - interval '1 year', now(),
        now() - case when number % 3 = 0 then interval '200 days' else interval '2 days' end
      from contacts where tenant_id = ${tenantId} order by id`;
    await sql`vacuum (analyze) engagement`;
    const run = await timedRun(bench, client, rows);
    runs.push(run.seconds);
    found = run.found;
    say(`round ${round}: health run ${Math.round(rows / run.seconds)} contacts/s, ${found} found`);
  }
  await emptyTables(sql);

  const json = {
    rows,
    found,
    importRowsPerSecond: Math.round(rows / median(imports)),
    runContactsPerSecond: Math.round(rows / median(runs)),
    ratioToImport: round2(median(imports) / median(runs)),
    rounds,
  };
  return {
    json,
    tables: [
      [
        [`${rows.toLocaleString("en")} contacts with events`, "per second", "it ÷ import"],
        ["import, every row changed", json.importRowsPerSecond, 1],
        [`health run, ${found.toLocaleString("en")} found`, json.runContactsPerSecond, json.ratioToImport],
      ],
    ],
  };
}

/** Seconds from the request to the finished job. */
async function timedRun(
  { roster }: Workbench,
  client: Client,
  rows: number,
): Promise<{ seconds: number; found: number }> {
  const scope = await authenticate(roster.deps, client.key);
  const started = performance.now();
  const { jobId } = await startHealthRun(roster.deps, scope);
  const { processed } = await completedJob(client, jobId, 50);
  const seconds = (performance.now() - started) / 1000;
  if (processed !== rows) throw new Error(`${processed} of ${rows} contacts were looked at.`);
  const { unengagedCount } = await healthStats(roster.deps, scope);
  return { seconds, found: unengagedCount ?? 0 };
}
