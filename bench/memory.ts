import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileFormats, writeContactFile } from "./contact-file.ts";
import { measureImport } from "./measured-import.ts";
import { forgetPeakMemory, peakMemory } from "./process-cost.ts";
import type { Findings } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/**
 * The most memory that API and worker have while they import one large file, of each format, plain and gzipped. The files
 * go through the same two processes one after the other, as in life.
 */
export async function benchMemory(bench: Workbench, { megabytes }: { megabytes: number }): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key } = await roster.newTenant("bench-memory");
  const client = { url: roster.url, key };
  const files = [];
  for (const gzip of [false, true]) {
    for (const format of fileFormats) {
      const name = `${format}${gzip ? ".gz" : ""}`;
      const path = join(dir, `memory.${name}`);
      const { rows } = await writeContactFile(path, format, { bytes: megabytes * 1e6 }, { gzip });
      await emptyTables(sql);
      forgetPeakMemory(roster);
      const { seconds } = await measureImport(bench, client, { path, format, gzip }, { created: rows });
      const peak = peakMemory(roster);
      say(`${name}: API ${peak.api} MB, worker ${peak.worker} MB`);
      files.push({ file: name, rows, rowsPerSecond: Math.round(rows / seconds), peakMemoryMegabytes: peak });
      rmSync(path);
    }
  }
  await emptyTables(sql);
  return {
    json: { megabytes, files },
    tables: [
      [
        [`file of ${megabytes} MB`, "rows", "rows/s", "API, MB", "worker, MB"],
        ...files.map(({ file, rows, rowsPerSecond, peakMemoryMegabytes: { api, worker } }) => [
          file,
          rows,
          rowsPerSecond,
          api,
          worker,
        ]),
      ],
    ],
  };
}
