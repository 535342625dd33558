import { join } from "node:path";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { startRescore } from "@roster/usecases/scores/rescore.ts";
import { createScoringRule } from "@roster/usecases/scores/scoring-rules.ts";
import { writeContactFile } from "./contact-file.ts";
import { type Client, type ContactFile, completedJob } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables, settleContacts } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** What can be found when all scores are computed anew. */
const cases = {
  first: "everybody has another score",
  again: "nobody has",
  night: "a day has passed",
  rule: "a day has passed, and there is a rule about opens",
} as const;
type Case = keyof typeof cases;

type Run = { seconds: number; changed: number };

/**
 * Rescores of contacts of whom all have events, against the import of the same contacts, in rounds, medians: when every score
 * is another one, when none is, and after a day, which is what every night finds.
 */
export async function benchRescore(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-rescore");
  const client = { url: roster.url, key };
  const scope = await authenticate(roster.deps, key);
  const file: ContactFile = { path: join(dir, "rescore.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });

  const imports: number[] = [];
  const runs: Record<Case, Run[]> = { first: [], again: [], night: [], rule: [] };
  for (let round = 1; round <= rounds; round++) {
    await emptyTables(sql);
    imports.push((await measureImport(bench, client, file, { created: rows })).seconds);
    await settleContacts(sql);
    await engage(bench, tenantId);
    for (const name of Object.keys(cases) as Case[]) {
      await prepare(bench, scope, name);
      const run = await timedRescore(bench, client, scope, rows);
      runs[name].push(run);
      say(
        `round ${round}: ${cases[name]}: ${Math.round(rows / run.seconds)} contacts/s, ${run.changed} changed`,
      );
    }
  }
  await emptyTables(sql);

  const importSeconds = median(imports);
  const figures = Object.fromEntries(
    Object.entries(runs).map(([name, all]) => {
      const seconds = median(all.map((run) => run.seconds));
      const changed = all[0]!.changed;
      const ratioToImport = round2(importSeconds / seconds);
      return [name, { contactsPerSecond: Math.round(rows / seconds), ratioToImport, changed }];
    }),
  ) as Record<Case, { contactsPerSecond: number; ratioToImport: number; changed: number }>;
  const importRowsPerSecond = Math.round(rows / importSeconds);
  return {
    json: { rows, importRowsPerSecond, ...figures, rounds },
    tables: [
      [
        [`${rows.toLocaleString("en")} contacts with events`, "per second", "it ÷ import", "changed"],
        ["import, every row created", importRowsPerSecond, 1, rows],
        ...(Object.keys(cases) as Case[]).map((name) => {
          const { contactsPerSecond, ratioToImport, changed } = figures[name];
          return [`rescore: ${cases[name]}`, contactsPerSecond, ratioToImport, changed];
        }),
      ],
    ],
  };
}

/** Gives every contact a history: most read now and then, some always, some never. */
async function engage({ sql }: Workbench, tenantId: string): Promise<void> {
  await sql`
    insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, first_sent_at, last_sent_at,
      last_opened_at, last_clicked_at, activity, activity_at, score, tier)
    select tenant_id, id, 40, 40, opened, opened / 5, now() - interval '1 year', now(), opened_at,
      case when opened >= 5 then opened_at end, opened / 4.0, opened_at, 101, '-'
    from (
      select tenant_id, id, number % 41 as opened,
        case when number % 41 > 0 then now() - (number % 97) * interval '31 hours' end as opened_at
      from contacts where tenant_id = ${tenantId}
    ) c order by id`;
  await sql`
    insert into campaign_sends (tenant_id, contact_id, campaign_id, opened, first_at, opened_at)
    select tenant_id, contact_id, 'spring', 1, last_opened_at, last_opened_at from engagement
    where tenant_id = ${tenantId} and last_opened_at is not null`;
  await sql`vacuum (analyze) engagement`;
  await sql`vacuum (analyze) campaign_sends`;
  await sql`checkpoint`;
}

async function prepare({ roster, sql }: Workbench, scope: TenantScope, name: Case): Promise<void> {
  if (name === "first" || name === "again") return;
  const day = sql`interval '1 day'`;
  await sql`
    update engagement set last_opened_at = last_opened_at - ${day}, last_clicked_at = last_clicked_at - ${day},
      activity_at = activity_at - ${day}
    where tenant_id = ${scope.tenantId}`;
  // Some nights later autovacuum has been there.
  await sql`vacuum (analyze) engagement`;
  await sql`checkpoint`;
  if (name !== "rule") return;
  // Inactive it starts no rescore of its own.
  await createScoringRule(roster.deps, scope, {
    name: "Opened",
    eventType: "opened",
    description: null,
    condition: { campaignId: { equals: "summer" } },
    scoreDelta: 1,
    isActive: false,
    priority: 0,
  });
  await sql`update scoring_rules set is_active = true where tenant_id = ${scope.tenantId}`;
}

/** From the request to the finished job. */
async function timedRescore(
  { roster }: Workbench,
  client: Client,
  scope: TenantScope,
  rows: number,
): Promise<Run> {
  const started = performance.now();
  const { jobId } = await startRescore(roster.deps, scope);
  const { processed, counters } = await completedJob(client, jobId, 20);
  const seconds = (performance.now() - started) / 1000;
  if (processed !== rows) throw new Error(`${processed} of ${rows} contacts were scored.`);
  return { seconds, changed: counters.updated };
}
