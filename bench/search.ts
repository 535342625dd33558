import { join } from "node:path";
import { writeContactFile } from "./contact-file.ts";
import type { Client, ContactFile } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { searched, withoutSearchIndex } from "./search-state.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/**
 * What an import loses to the search index that is filled behind it: new contacts with it and without it, alternating in
 * rounds, medians; and how long after the import the index has them.
 */
export async function benchSearch(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-search");
  const client: Client = { url: roster.url, key };
  const file: ContactFile = { path: join(dir, "search.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });
  const seconds: { without: number[]; with: number[]; behind: number[] } = {
    without: [],
    with: [],
    behind: [],
  };
  let indexBytes = 0;
  for (let round = 1; round <= rounds; round++) {
    await emptyTables(sql);
    await withoutSearchIndex(sql, tenantId);
    seconds.without.push((await measureImport(bench, client, file, { created: rows })).seconds);
    await emptyTables(sql);
    const started = performance.now();
    const cost = await measureImport(bench, client, file, { created: rows });
    seconds.with.push(cost.seconds);
    await searched(sql, tenantId, rows);
    seconds.behind.push((performance.now() - started) / 1000 - cost.seconds);
    const [row] = await sql<{ bytes: number }[]>`
      select (pg_total_relation_size('search_postings') + pg_total_relation_size('search_contacts'))::int8 as bytes`;
    indexBytes = row!.bytes;
    say(`round ${round}: ${round2(seconds.without.at(-1)!)} s without, ${round2(cost.seconds)} s with`);
  }
  await emptyTables(sql);
  const json = {
    rows,
    withoutRowsPerSecond: Math.round(rows / median(seconds.without)),
    withRowsPerSecond: Math.round(rows / median(seconds.with)),
    lostPercent: round2((1 - median(seconds.without) / median(seconds.with)) * 100),
    secondsBehind: round2(median(seconds.behind)),
    indexMegabytes: Math.round(indexBytes / 1e6),
    rounds,
  };
  return {
    json,
    tables: [
      [
        ["import of new contacts", "rows/s", "lost, %"],
        ["without the search index", json.withoutRowsPerSecond, 0],
        ["with it", json.withRowsPerSecond, json.lostPercent],
      ],
      [
        ["the index", ""],
        ["complete after the end of the import, s", json.secondsBehind],
        ["its size, MB", json.indexMegabytes],
      ],
    ],
  };
}
