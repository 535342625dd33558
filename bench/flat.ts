import { join } from "node:path";
import { writeContactFile } from "./contact-file.ts";
import { type ContactFile, completedJob, type JobSight, sendImport } from "./import-job.ts";
import { forgetPeakMemory, peakMemory } from "./process-cost.ts";
import { type Findings, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

const parts = 10;

/** A moment of a job: ms since 1970, and the rows that were done. */
type Sample = { at: number; rows: number };

/**
 * One large file of new contacts into one tenant: how long each tenth of its rows took, read from the job's own progress,
 * and the most memory that API and worker ever had. With ten million rows a tenth is a million.
 */
export async function benchFlat(bench: Workbench, { rows }: { rows: number }): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key } = await roster.newTenant("bench-flat");
  const client = { url: roster.url, key };
  const file: ContactFile = { path: join(dir, "flat.csv"), format: "csv" };
  say(`writing ${rows} rows`);
  const { bytes } = await writeContactFile(file.path, "csv", { rows });
  await emptyTables(sql);
  forgetPeakMemory(roster);

  const started = performance.now();
  const jobId = await sendImport(client, file);
  const uploadSeconds = (performance.now() - started) / 1000;
  const samples: Sample[] = [];
  let tenth = 1;
  const job = await completedJob(client, jobId, 200, ({ processed }) => {
    samples.push({ at: Date.now(), rows: processed });
    for (; processed >= (tenth * rows) / parts; tenth++) say(`${tenth} of ${parts} parts`);
  });
  const seconds = (performance.now() - started) / 1000;
  if (job.counters.created !== rows) throw new Error(`${job.counters.created} of ${rows} rows were created.`);
  const partSeconds = secondsOfParts(job, samples, rows);
  await emptyTables(sql);

  const peak = peakMemory(roster);
  const json = {
    rows,
    megabytes: Math.round(bytes / 1e6),
    seconds: round2(seconds),
    uploadSeconds: round2(uploadSeconds),
    rowsPerSecond: Math.round(rows / seconds),
    partSeconds: partSeconds.map(round2),
    lastToFirst: round2(partSeconds.at(-1)! / partSeconds[0]!),
    slowestToFirst: round2(Math.max(...partSeconds) / partSeconds[0]!),
    peakMemoryMegabytes: peak,
  };
  return {
    json,
    tables: [
      [
        ["rows", "s", "÷ first"],
        ...partSeconds.map((s, i) => [
          `${i + 1}/${parts} of ${rows.toLocaleString("en")}`,
          round2(s),
          round2(s / partSeconds[0]!),
        ]),
      ],
      [
        ["whole import, first byte to finished job", json.seconds, "s"],
        ["its upload", json.uploadSeconds, "s"],
        ["rows per second", json.rowsPerSecond, ""],
        ["file", json.megabytes, "MB"],
        ["peak memory of the API", peak.api, "MB"],
        ["peak memory of the worker", peak.worker, "MB"],
      ],
    ],
  };
}

/** How long each part took: between two looks at the job its rows are taken to have come evenly. */
function secondsOfParts(job: JobSight, looks: readonly Sample[], rows: number): number[] {
  const samples = [
    { at: Date.parse(job.startedAt!), rows: 0 },
    ...looks.filter((look) => look.rows < rows),
    { at: Date.parse(job.finishedAt!), rows },
  ];
  const borders = Array.from({ length: parts + 1 }, (_, n) => timeAt(samples, (n * rows) / parts));
  return borders.slice(1).map((at, i) => (at - borders[i]!) / 1000);
}

function timeAt(samples: readonly Sample[], rows: number): number {
  if (rows === 0) return samples[0]!.at;
  const next = samples.findIndex((sample) => sample.rows >= rows);
  const from = samples[next - 1]!;
  const to = samples[next]!;
  return from.at + ((to.at - from.at) * (rows - from.rows)) / (to.rows - from.rows);
}
