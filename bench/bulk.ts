import { join } from "node:path";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { startBulkChange } from "@roster/usecases/bulk/bulk.ts";
import { writeContactFile } from "./contact-file.ts";
import { type Client, type ContactFile, completedJob } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { presentContacts } from "./present-contacts.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/**
 * A bulk change of all contacts by a filter, against an import that changes the same contacts, alternating in rounds,
 * medians. Both begin with the same freshly imported contacts, and both can be undone.
 */
export async function benchBulk(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const client = { url: roster.url, key: (await roster.newTenant("bench-bulk")).key };
  const file: ContactFile = { path: join(dir, "bulk.csv"), format: "csv" };
  const changedFile: ContactFile = { path: join(dir, "bulk-changed.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });
  await writeContactFile(changedFile.path, "csv", { rows }, { edition: 1 });

  const imports: number[] = [];
  const bulks: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await presentContacts(bench, client, file, rows);
    const { seconds } = await measureImport(bench, client, changedFile, { updated: rows });
    imports.push(seconds);
    say(`round ${round}: import, every row changed ${Math.round(rows / seconds)} rows/s`);
    await presentContacts(bench, client, file, rows);
    bulks.push(await timedBulk(bench, client, rows));
    say(`round ${round}: bulk change ${Math.round(rows / bulks.at(-1)!)} contacts/s`);
  }
  await emptyTables(sql);

  const json = {
    rows,
    importRowsPerSecond: Math.round(rows / median(imports)),
    bulkRowsPerSecond: Math.round(rows / median(bulks)),
    ratioToImport: round2(median(imports) / median(bulks)),
    rounds,
  };
  return {
    json,
    tables: [
      [
        [`${rows.toLocaleString("en")} contacts`, "per second", "it ÷ import"],
        ["import, every row changed", json.importRowsPerSecond, 1],
        ["bulk change by filter: a tag is added", json.bulkRowsPerSecond, json.ratioToImport],
      ],
    ],
  };
}

/** Seconds from the request to the finished job. */
async function timedBulk({ roster }: Workbench, client: Client, rows: number): Promise<number> {
  const scope = await authenticate(roster.deps, client.key);
  const started = performance.now();
  const { jobId } = await startBulkChange(roster.deps, scope, {
    subjects: { filter: { status: ["active"] } },
    change: { action: "add_tags", tags: ["bench"] },
    name: null,
  });
  const { counters } = await completedJob(client, jobId, 50);
  if (counters.updated !== rows) throw new Error(`${counters.updated} of ${rows} contacts were changed.`);
  return (performance.now() - started) / 1000;
}
